"""Erasing a learner, by the register: in short steps, each a transaction that moves on the place where the next begins.

Whoever stops in between, the next step is made from there. What somebody holds just then is passed over; so passes are
made until one finds nothing any more.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from helpdesk.operations.clock import database_now
from helpdesk.privacy.models import LearnerErasure
from helpdesk.privacy.register import Holding, Person, Subject, holdings

COUNTED_AT_MOST = 5_000  # rows, before it is asked for
BATCHES_LOOKED_AT = 10  # of those that have to be looked into
State = LearnerErasure.State

BEGIN_STEP = """
    SELECT set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '15s', true),
        set_config('idle_in_transaction_session_timeout', '30s', true)
"""


@dataclass(frozen=True)
class Planned:
    """What would be erased: a kind of data, and how many there are, of which more may be found."""

    holding: Holding
    count: int
    is_exact: bool


def plan_for(person: Person) -> Iterator[Planned]:
    """What would be erased now. Where each row has to be looked into, the newest are."""
    for holding in holdings(Subject.LEARNER):
        rows = holding.left(person).order_by("-pk")
        if holding.matches is None:
            most = COUNTED_AT_MOST
            count = looked_at = rows.values("pk")[:most].count()
        else:
            most = BATCHES_LOOKED_AT * holding.batch
            newest = list(rows[:most])
            count, looked_at = sum(holding.matches(person, row) for row in newest), len(newest)
        if count or looked_at == most:
            yield Planned(holding, count, looked_at < most)


def person_of(erasure: LearnerErasure) -> Person:
    """Whom to look for. Only while it is being done."""
    subject = json.loads(erasure.subject or "{}")
    at: datetime = erasure.erased_at or erasure.created_at
    return Person(erasure.team_id, erasure.learner_id, subject["email"], subject["name"], at)


def erase(pk: int, seconds: float) -> bool:
    """Make steps for so long; whether it is done, or somebody else is at it."""
    deadline = time.monotonic() + seconds
    while make_step(pk):
        if time.monotonic() > deadline:
            return False
    return True


@transaction.atomic
def make_step(pk: int) -> bool:
    """Erase some rows of one kind, and note how far it is; whether there is more to do."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_STEP)
    running = LearnerErasure.objects.filter(pk=pk, state=State.RUNNING)
    erasure = running.select_for_update(skip_locked=True, no_key=True).first()
    if erasure is None:
        return False
    kinds = holdings(Subject.LEARNER)
    if erasure.step < len(kinds):
        _erase_some(erasure, kinds[erasure.step])
    elif erasure.found:
        erasure.step, erasure.found, erasure.passes = 0, 0, erasure.passes + 1
    else:
        erasure.state, erasure.subject, erasure.finished_at = State.DONE, None, database_now()
    erasure.save()
    return erasure.state == State.RUNNING


def _erase_some(erasure: LearnerErasure, holding: Holding) -> None:
    """The next rows of this kind, but for those that somebody holds."""
    person = person_of(erasure)
    rows = list(holding.left(person).filter(pk__gt=erasure.after).order_by("pk")[: holding.batch])
    found = [row.pk for row in rows if holding.matches is None or holding.matches(person, row)]
    erasure.found += len(found)
    locked = holding.model_class._base_manager.filter(pk__in=found).select_for_update(skip_locked=True, no_key=True)
    if taken := list(locked):
        holding.erase(person, taken)
        erasure.counts[holding.key] = erasure.counts.get(holding.key, 0) + len(taken)
    if len(rows) < holding.batch:
        erasure.step, erasure.after = erasure.step + 1, 0
    else:
        erasure.after = rows[-1].pk
