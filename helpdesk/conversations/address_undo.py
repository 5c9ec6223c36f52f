"""Undo for an address that was removed from a list. The removed entry is kept only in the page's form, signed."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.utils import timezone

from helpdesk.privacy import tombstones
from helpdesk.teams.models import Team

SALT = "conversations.address-undo"
SECONDS = 3600


def offer_undo(team: Team, off: str, address: str, *details: str) -> str:
    """The signed value of a form's `undo` field: the address, the list it was taken `off`, and details to restore."""
    return signing.dumps([team.pk, timezone.now().isoformat(), address, *details], salt=f"{SALT}.{off}")


def read_undo(team: Team, off: str, undo: str) -> list[str] | None:
    """The address and its details; None if `undo` is too old or forged, or if the person was erased since."""
    try:
        of_team, at, address, *details = signing.loads(undo, salt=f"{SALT}.{off}", max_age=SECONDS)
    except signing.BadSignature:
        return None
    erased_at = tombstones.erased_at(team.pk, [address]).get(address)
    if of_team != team.pk or (erased_at and erased_at >= datetime.fromisoformat(at)):
        return None
    return [address, *details]
