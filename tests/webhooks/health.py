"""A source's problems, and whether they are reported."""

from webhooks import checklist
from webhooks.actions import retire_key
from webhooks.health import with_health
from webhooks.models import Source

OTHER_KEY = "a-key-of-another"


def health():
    """The health of the only source."""
    return with_health(Source.objects.all()).get().health


def trouble_of(source):
    """Its health, and whether somebody has to act."""
    found = with_health(Source.objects.all()).get(pk=source.pk)
    return found.health, found.is_in_trouble


def retire_all(source):
    """Retire every key, including the last."""
    for key in source.keys.all():
        retire_key(key, even_if_last=True)


def switch_off(source):
    """Disable the source directly, without the action."""
    Source.objects.filter(pk=source.pk).update(is_enabled=False)
    return source


def done_steps(source):
    """The steps that its checklist shows as done."""
    fresh = with_health(Source.objects.filter(pk=source.pk)).get()
    return set(checklist.checklist_of(fresh).done)
