"""Addresses that a team does not write to any more, until a person says otherwise."""

from __future__ import annotations

from helpdesk.conversations.models import SuppressedAddress
from helpdesk.teams.models import Team, User
from helpdesk.ui.names import clean_key


def suppress_address(
    team: Team, address: str, reason: SuppressedAddress.Reason, *, detail: str = "", by: User | None = None
) -> SuppressedAddress:
    """Write to it no more; the first reason stays."""
    suppressed, _is_new = SuppressedAddress.objects.get_or_create(
        team=team,
        address=clean_key(address),
        defaults={"reason": reason, "detail": detail[:500], "suppressed_by": by},
    )
    return suppressed


def allow_address(suppressed: SuppressedAddress) -> None:
    """Let e-mail go to this address again."""
    suppressed.delete()
