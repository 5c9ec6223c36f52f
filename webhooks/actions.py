"""What people do with sources: create and delete them, add and retire keys, replay deliveries."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.teams.models import Team
from helpdesk.ui.refusals import ActionRefused
from webhooks.events import is_storable
from webhooks.models import Delivery, SigningKey, Source
from webhooks.processing import replay, replay_all
from webhooks.quarantine import release

__all__ = [
    "ActionRefused",
    "KeyInUse",
    "LastKey",
    "add_key",
    "create_source",
    "delete_source",
    "discard_quarantine",
    "replay",
    "replay_all",
    "retire_key",
]

LONGEST_KEY = 255
DELETED_AT_ONCE = 1000  # deliveries


class KeyInUse(ActionRefused):
    """A refusal to disable the key that verified the last event."""


class LastKey(KeyInUse):
    """A refusal to disable the only key that still verifies anything."""


@transaction.atomic
def create_source(team: Team, name: str, key: str | None = None) -> tuple[Source, SigningKey]:
    """Create a source with its first key, which is generated if none is given. Raises ActionRefused."""
    source = Source.objects.create(team=team, name=name)
    record_audit(team.pk, Kind.SOURCE_CREATED, about=name)
    return source, add_key(source, key)


def add_key(source: Source, key: str | None = None) -> SigningKey:
    """Add a key that verifies events from now on, and those in quarantine as well.

    Without `key` one is generated. Raises ActionRefused if the key is empty, too short or too long, not storable, or
    already one of the source's live keys.
    """
    with transaction.atomic():
        if not Source.objects.select_for_update(no_key=True).filter(pk=source.pk, deleted_at=None).exists():
            raise ActionRefused(_("This source was deleted in the meantime."))
        key = secrets.token_urlsafe(32) if key is None else _checked(source, key)
        signing_key = SigningKey.objects.create(source=source, key=key, hint=key[-4:])
        record_audit(source.team_id, Kind.KEY_ADDED, about=f"{source} · …{signing_key.hint}")
    release(source, signing_key)
    return signing_key


def _checked(source: Source, key: str) -> str:
    key = key.strip()
    if not key:
        raise ActionRefused(_("Paste the key that the Eduzz console shows."))
    if len(key) > LONGEST_KEY:
        raise ActionRefused(_("A key can have at most %(longest)s characters.") % {"longest": LONGEST_KEY})
    if len(key) < 8:
        raise ActionRefused(_("A key must have at least 8 characters; a shorter one could be guessed."))
    if not is_storable(key):
        raise ActionRefused(_("The key contains characters that cannot be stored."))
    if any(known.is_live and known.key == key for known in source.keys.all()):
        raise ActionRefused(_("This source already has that key."))
    return key


@transaction.atomic
def change_source(source: Source) -> None:
    """Save the source's name, whether it is enabled, and its networks; does nothing if it was deleted meanwhile."""
    values = {"name": source.name, "is_enabled": source.is_enabled, "networks": source.networks}
    if not Source.objects.filter(pk=source.pk, deleted_at=None).update(**values):
        return
    details = ["on" if source.is_enabled else "off", *(source.networks or [])]
    record_audit(source.team_id, Kind.SOURCE_CHANGED, about=source, details=" ".join(details))


@transaction.atomic
def retire_key(key: SigningKey, *, even_if_last: bool = False) -> None:
    """Stop accepting the key's signatures; does nothing if it was retired before.

    Unless `even_if_last`, raises LastKey if no live key would be left, and KeyInUse if this key verified the last
    event.
    """
    Source.objects.select_for_update(no_key=True).only("pk").get(pk=key.source_id)
    live = SigningKey.objects.live().filter(source=key.source_id)
    if not even_if_last and not live.exclude(pk=key.pk).exists() and live.exists():
        raise LastKey
    last_used = SigningKey.objects.filter(source=key.source_id, last_verified_at__isnull=False)
    if not even_if_last and last_used.order_by("-last_verified_at").first() == key and live.filter(pk=key.pk).exists():
        raise KeyInUse
    if live.filter(pk=key.pk).update(retired_at=timezone.now()):
        record_audit(key.source.team_id, Kind.KEY_RETIRED, about=f"{key.source} · …{key.hint}")


@transaction.atomic
def discard_quarantine(source: Source) -> int:
    """Delete the source's quarantined events; returns their number."""
    count, _by_model = source.unverified.all().delete()
    return count


@transaction.atomic
def delete_source(source: Source, *, keep_log: bool) -> None:
    """Stop answering at the source's address, and delete its keys and quarantine.

    Its deliveries are deleted later, unless `keep_log`. Waiting ones are still processed, and tickets stay. May be
    repeated to delete a log that was kept.
    """
    locked = Source.objects.select_for_update(no_key=True).get(pk=source.pk)
    locked.keys.all().delete()
    locked.unverified.all().delete()
    locked.deleted_at = locked.deleted_at or timezone.now()
    locked.is_enabled, locked.keeps_log = False, keep_log
    locked.save(update_fields=["deleted_at", "is_enabled", "keeps_log"])
    record_audit(locked.team_id, Kind.SOURCE_DELETED, about=locked)


def delete_log(source: Source) -> bool:
    """Delete a deleted source's deliveries in batches, then the source; returns whether everything is gone.

    Deliveries that still wait are left until a worker has processed them.
    """
    while True:
        finished = source.deliveries.exclude(outcome=Delivery.Outcome.WAITING)
        pks = list(finished.newest_first().values_list("pk", flat=True)[:DELETED_AT_ONCE])
        if not pks:
            break
        Delivery.objects.filter(pk__in=pks).delete()
    if source.deliveries.exists():
        return False
    source.delete()
    return True
