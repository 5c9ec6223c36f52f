"""Writes the audit log with single INSERTs, and never makes a request fail."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from django.db import connection, transaction
from django.utils.timezone import now

from helpdesk.audit.models import AuditEvent
from helpdesk.operations.environ import UNKNOWN, client_address

logger = logging.getLogger(__name__)
Kind = AuditEvent.Kind
# One statement with an array: as fast for 200 learners as for one; for those already recorded it costs only a look-up.
NOTE_READS = """
    INSERT INTO audit_learnerread (team_id, client, name, learner_id, day, address, created_at)
    SELECT %s, %s, %s, learner_id, %s, %s, %s FROM unnest(%s::bigint[]) AS learner_id ORDER BY learner_id
    ON CONFLICT DO NOTHING
"""


def record_audit(
    team_id: int | None,
    kind: AuditEvent.Kind,
    by: Any = None,
    *,
    learner_id: int | None = None,
    about: object = "",
    details: str = "",
    program: str = "",
) -> None:
    """Record what somebody does, within the current transaction, if there is one.

    The actor is `by`, else the person whose request is being handled, else the program named `program`, else the
    system. `about` names what was changed if it is no learner, such as a member or a token. `details` are fixed words
    of ours: roles, names of settings.
    """
    with _never_failing(), transaction.atomic():
        event = _event(team_id, kind, by, learner_id=learner_id, about=str(about), details=details)
        event.actor_name = event.actor_name or _bounded(program, 150)
        AuditEvent.objects.bulk_create([event])


def record_learner_view(team_id: int, learner_id: int) -> None:
    """Record that the person whose request is being handled views a learner, once an hour at most."""
    with _never_failing():
        event = _event(team_id, Kind.LEARNER_VIEWED, learner_id=learner_id)
        event.look_hour = event.created_at.replace(minute=0, second=0, microsecond=0)
        AuditEvent.objects.bulk_create([event], ignore_conflicts=True)


def record_learner_views(learners: Iterable[tuple[int, int]], *, details: str) -> None:
    """Record that the person views these learners (team's and own key); `details` is a fixed word that says where."""
    with _never_failing(), transaction.atomic():
        events = [
            _event(team_id, Kind.LEARNER_VIEWED, learner_id=learner_id, details=details)
            for team_id, learner_id in learners
        ]
        for event in events:
            event.look_hour = event.created_at.replace(minute=0, second=0, microsecond=0)
        AuditEvent.objects.bulk_create(events, ignore_conflicts=True)


def record_reads(team_id: int, client: str, name: str, learner_ids: Collection[int]) -> None:
    """Record that an API client reads something about these learners, once a day each at most."""
    with _never_failing(), connection.cursor() as cursor:
        at, address = now(), _address()
        values: list[Any] = [team_id, client, _bounded(name, 150), at.date(), address, at, list(learner_ids)]
        cursor.execute(NOTE_READS, values)


def record_command(name: str, about: str) -> None:
    """Record what the operator did, given the name of its kind."""
    record_audit(None, Kind(name), about=about)


@contextmanager
def _never_failing() -> Iterator[None]:
    """Log errors, but without their message: the database quotes values such as people's names."""
    try:
        yield
    except Exception as error:
        logger.error("The audit log could not be written: %s", type(error).__name__)


def _event(
    team_id: int | None,
    kind: AuditEvent.Kind,
    by: Any = None,
    *,
    learner_id: int | None = None,
    about: str = "",
    details: str = "",
) -> AuditEvent:
    request = context.request
    if by is None and request and request.user.is_authenticated:
        by = request.user
    return AuditEvent(
        team_id=team_id,
        kind=kind,
        actor_id=by.pk if by else None,
        actor_name=_bounded(str(by), 150) if by else "",
        learner_id=learner_id,
        about=_bounded(about, 200),
        details=_bounded(details, 200),
        address=_address(),
        created_at=now(),
    )


def _address() -> str | None:
    address = client_address(context.request.META) if context.request else UNKNOWN
    return None if address == UNKNOWN else address


def _bounded(text: str, length: int) -> str:
    return text.replace("\0", "")[:length]
