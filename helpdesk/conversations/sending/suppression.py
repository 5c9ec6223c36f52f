"""Suppressed addresses: a team sends nothing to them until a person allows it again."""

from __future__ import annotations

from django.db import transaction

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.models import SuppressedAddress
from helpdesk.courses.models import Learner
from helpdesk.teams.models import Team, User
from helpdesk.ui.cleaning import clean_key


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
    """Send nothing more to this address; the first reason stays.

    If a person (`by`) or a `program` decided it, the audit log records it.
    """
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
    """Record it with the learner's key instead of the address, because audit events outlive learners."""
    learners = Learner.objects.filter(team=suppressed.team_id, email=suppressed.address)
    learner_id = learners.values_list("pk", flat=True).first()
    record_audit(suppressed.team_id, kind, by, learner_id=learner_id, program=program)
