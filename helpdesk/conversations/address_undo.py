"""Undo on a page for an address that was taken off a list: what was there waits in the form, and nowhere else."""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.utils import timezone

from helpdesk.privacy import tombstones
from helpdesk.teams.models import Team

SALT = "conversations.address-undo"
SECONDS = 3600


def offer_undo(team: Team, off: str, address: str, *details: str) -> str:
    """The value of a form's `undo`, with what else is to be had back on the list that it was taken `off`."""
    return signing.dumps([team.pk, timezone.now().isoformat(), address, *details], salt=f"{SALT}.{off}")


def read_undo(team: Team, off: str, undo: str) -> list[str] | None:
    """The address, and what was kept with it; None where that is too late, or whose it is was erased since."""
    try:
        of_team, at, address, *details = signing.loads(undo, salt=f"{SALT}.{off}", max_age=SECONDS)
    except signing.BadSignature:
        return None
    erased_at = tombstones.erased_at(team.pk, [address]).get(address)
    if of_team != team.pk or (erased_at and erased_at >= datetime.fromisoformat(at)):
        return None
    return [address, *details]
