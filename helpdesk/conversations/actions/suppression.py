"""Addresses that a team does not write to any more, until a person says otherwise."""

from __future__ import annotations

from django.db import transaction

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.models import SuppressedAddress
from helpdesk.courses.models import Learner
from helpdesk.teams.models import Team, User
from helpdesk.ui.names import clean_key


@transaction.atomic
def suppress_address(
    team: Team,
    address: str,
    reason: SuppressedAddress.Reason,
    *,
    detail: str = "",
    by: User | None = None,
    program: str = "",
) -> SuppressedAddress:
    """Write to it no more; the first reason stays. What a person or the program of this name decides is noted."""
    suppressed, is_new = SuppressedAddress.objects.get_or_create(
        team=team,
        address=clean_key(address),
        defaults={"reason": reason, "detail": detail[:500], "suppressed_by": by},
    )
    if is_new and (by or program):
        _record(suppressed, Kind.ADDRESS_SUPPRESSED, by, program)
    return suppressed


@transaction.atomic
def allow_address(suppressed: SuppressedAddress, *, by: User | None = None, program: str = "") -> None:
    """Let e-mail go to this address again."""
    _record(suppressed, Kind.ADDRESS_ALLOWED, by, program)
    suppressed.delete()


def _record(suppressed: SuppressedAddress, kind: Kind, by: User | None, program: str) -> None:
    """By whose it is, not by the address: entries outlive learners."""
    learners = Learner.objects.filter(team=suppressed.team_id, email=suppressed.address)
    learner_id = learners.values_list("pk", flat=True).first()
    record_audit(suppressed.team_id, kind, by, learner_id=learner_id, program=program)
