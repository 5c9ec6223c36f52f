"""Troubles of a source, and whether they show."""

from webhooks import checklist
from webhooks.actions import retire_key
from webhooks.health import with_health
from webhooks.models import Source

OTHER_KEY = "a-key-of-another"


def health():
    """Of the one source."""
    return with_health(Source.objects.all()).get().health


def trouble_of(source):
    """Its health, and whether somebody has to see to it."""
    found = with_health(Source.objects.all()).get(pk=source.pk)
    return found.health, found.is_in_trouble


def retire_all(source):
    """Every key of its."""
    for key in source.keys.all():
        retire_key(key, even_if_last=True)


def switch_off(source):
    """Without asking anybody."""
    Source.objects.filter(pk=source.pk).update(is_enabled=False)
    return source


def done_steps(source):
    """What the list of its first hour shows as done."""
    fresh = with_health(Source.objects.filter(pk=source.pk)).get()
    return set(checklist.checklist_of(fresh).done)
