"""Erases a learner, by the register, in short steps. Each step is a transaction that also saves where the next begins.

After an interruption, the next step continues from there. Rows that somebody has locked are passed over, so passes are
repeated until one finds nothing. A pass is final only if no transaction is still running that may have read the
learner's old data: what it writes becomes visible when it ends.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import partial
from typing import Any

from django.db import DatabaseError, InterfaceError, connection, transaction

from helpdesk.integrations.events import LEARNER_ERASED
from helpdesk.integrations.learner_events import tell_receivers
from helpdesk.operations.clock import database_now
from helpdesk.operations.postgresql.catalog import IS_CLIENT_SESSION
from helpdesk.privacy import erasure_list
from helpdesk.privacy.models import LearnerErasure
from helpdesk.privacy.register import Holding, Person, Subject, holdings
from helpdesk.privacy.transaction_limits import set_time_limits, was_timed_out

logger = logging.getLogger(__name__)

COUNTED_AT_MOST = 5_000  # rows, on the page that announces an erasure
PLAN_SECONDS = 2.0  # for reading rows for that page
LOOK_SECONDS = 5.0  # for reading rows in one step
READ_AT_ONCE = 10  # rows; each may have some hundred kilobytes
State = LearnerErasure.State

# Compares start times instead of transaction IDs: a transaction that has written nothing yet has no ID, but may have
# read. The start time of another role's transaction is hidden, so it counts as older for as long as it runs.
HAS_OLDER_TRANSACTION = f"""
    SELECT EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND {IS_CLIENT_SESSION}
            AND pid <> pg_backend_pid() AND (
                xact_start < %s
                OR backend_type IS NULL AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'virtualxid' AND granted)
            )
    )
"""  # noqa: S608 - of constants


class Progress(Enum):
    """The result of a step."""

    MORE = "more"
    WAITING = "waiting"  # for a transaction that began before the erasure
    DONE = "done"  # nothing more to do in this turn: finished, failed, not running, or locked by another worker


@dataclass(frozen=True)
class Planned:
    """A kind of data that would be erased, and how many rows; if not `is_exact`, there may be more."""

    holding: Holding
    count: int
    is_exact: bool


def plan_for(person: Person) -> Iterator[Planned]:
    """What would be erased now. If each row has to be read, the newest are, for PLAN_SECONDS in all."""
    deadline = time.monotonic() + PLAN_SECONDS
    for holding in holdings(Subject.LEARNER):
        rows = holding.remaining(person).order_by("-pk")
        matches = holding.matches
        if matches is None:
            count = rows.values("pk")[:COUNTED_AT_MOST].count()
            is_exact = count < COUNTED_AT_MOST
        else:
            count, is_exact = _count_matching(partial(matches, person), rows, deadline)
        if count or not is_exact:
            yield Planned(holding, count, is_exact)


def plan_for_all(persons: Sequence[Person]) -> list[Planned]:
    """What would be erased by any of these addresses. For a kind of data that several find, the highest count is given;
    it is exact only if all find as many.
    """
    found: dict[str, list[Planned]] = {}
    for person in persons:
        for planned in plan_for(person):
            found.setdefault(planned.holding.key, []).append(planned)
    return [
        Planned(
            each[0].holding,
            max(planned.count for planned in each),
            all(planned.is_exact for planned in each) and len({planned.count for planned in each}) == 1,
        )
        for each in found.values()
    ]


@transaction.atomic
def _count_matching(matches: Callable[[Any], bool], rows: Any, deadline: float) -> tuple[int, bool]:
    """How many rows match, and whether all were read by the deadline (by the monotonic clock).

    This needs a transaction: outside of one the database would read all rows before it returns the first.
    """
    count = 0
    for row in rows.iterator(chunk_size=READ_AT_ONCE):
        if time.monotonic() > deadline:
            return count, False
        count += matches(row)
    return count, True


def person_of(erasure: LearnerErasure) -> Person:
    """The learner, with the address now being searched for and the name that they had; only for a running erasure."""
    subject = json.loads(erasure.subject or "{}")
    email = subject["email"]
    ended_at, since = (
        datetime.fromisoformat(at) if (at := subject.get(border, {}).get(email)) else None
        for border in ("ended", "since")
    )
    return Person(
        erasure.team_id,
        erasure.learner_id,
        email,
        subject["name"],
        ended_at or erasure.erased_at or erasure.created_at,
        has_ended=ended_at is not None,
        since=since,
    )


def make_steps(pk: int, seconds: float) -> Progress:
    """Make steps for so many seconds. A failure is recorded and ends the turn; the next turn continues from there."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            progress = make_step(pk)
        except Exception as error:
            _note_failure(pk, error)
            return Progress.DONE
        if progress is not Progress.MORE or time.monotonic() > deadline:
            return progress


@transaction.atomic
def make_step(pk: int) -> Progress:
    """Erase some rows of one kind, and save the progress."""
    set_time_limits()
    running = LearnerErasure.objects.filter(pk=pk, state=State.RUNNING)
    erasure = running.select_for_update(skip_locked=True, no_key=True).first()
    if erasure is None:
        return Progress.DONE
    kinds = holdings(Subject.LEARNER)
    progress = Progress.MORE
    if erasure.fence_at is None:
        erasure_list.add(erasure, person_of(erasure), _former(erasure))
        erasure.fence_at = database_now()
        _begin_pass(erasure)
    elif erasure.kind_index < len(kinds):
        _erase_some(erasure, kinds[erasure.kind_index])
    elif erasure.matched or not erasure.is_settled:
        if _has_older_transaction(erasure):
            progress = Progress.WAITING
        else:
            _begin_pass(erasure)
    elif _former(erasure):
        _go_on_with_former_address(erasure)
    else:
        erasure.state, erasure.subject, erasure.finished_at = State.DONE, None, database_now()
        tell_receivers(erasure.team_id, erasure.learner_id, LEARNER_ERASED)
        progress = Progress.DONE
    erasure.failures, erasure.last_error = 0, ""
    erasure.save()
    return progress


def _former(erasure: LearnerErasure) -> list[str]:
    """The learner's former addresses that have not been searched for yet."""
    former: list[str] = json.loads(erasure.subject or "{}").get("former", [])
    return former


def _go_on_with_former_address(erasure: LearnerErasure) -> None:
    """Start again with all kinds of data, for the next former address."""
    email, *former = _former(erasure)
    erasure.subject = json.dumps(json.loads(erasure.subject or "{}") | {"email": email, "former": former})
    erasure.searched, erasure.passed_over = [], {}
    _begin_pass(erasure)


def _begin_pass(erasure: LearnerErasure) -> None:
    erasure.kind_index, erasure.last_pk, erasure.matched = 0, 0, 0
    erasure.is_settled = not _has_older_transaction(erasure)


def _has_older_transaction(erasure: LearnerErasure) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(HAS_OLDER_TRANSACTION, [erasure.fence_at])
        is_older: bool = cursor.fetchone()[0]
    return is_older


def _erase_some(erasure: LearnerErasure, holding: Holding) -> None:
    """Erase the next rows of this kind, except those that somebody has locked."""
    if holding.matches and not erasure.is_settled:
        _go_on(erasure)  # rows are only read once, so wait until all of them are visible
        return
    person = person_of(erasure)
    limit = min(holding.batch, erasure.batch_limit or holding.batch)
    looked_at, matching = _look(erasure, holding, person, limit)
    taken = _lock(holding, matching)
    if taken:
        holding.empty(person, taken)
        erasure.counts[holding.key] = erasure.counts.get(holding.key, 0) + len(taken)
    erasure.matched += len(matching)
    if holding.matches:
        passed_over = set(erasure.passed_over.get(holding.key, [])) - set(looked_at)
        erasure.passed_over[holding.key] = sorted(passed_over | set(matching) - {row.pk for row in taken})
    if looked_at:
        erasure.last_pk = looked_at[-1]
    else:
        if holding.matches and holding.key not in erasure.searched:
            erasure.searched.append(holding.key)
        _go_on(erasure)


def _go_on(erasure: LearnerErasure) -> None:
    """Continue with the next kind of data."""
    erasure.kind_index, erasure.last_pk, erasure.batch_limit = erasure.kind_index + 1, 0, None


def _look(erasure: LearnerErasure, holding: Holding, person: Person, limit: int) -> tuple[list[int], list[int]]:
    """The primary keys of the next rows, as many as LOOK_SECONDS allow, and of those that are about the person.

    Rows of a kind that has to be read are read once; after that, only those that were locked are.
    """
    rows = holding.remaining(person).filter(pk__gt=erasure.last_pk).order_by("pk")
    if holding.matches is None:
        pks = list(rows.values_list("pk", flat=True)[:limit])
        return pks, pks
    if holding.key in erasure.searched:
        rows = rows.filter(pk__in=erasure.passed_over.get(holding.key, []))
    deadline = time.monotonic() + LOOK_SECONDS
    looked_at: list[int] = []
    matching: list[int] = []
    for row in rows[:limit].iterator(chunk_size=READ_AT_ONCE):
        looked_at.append(row.pk)
        if holding.matches(person, row):
            matching.append(row.pk)
        if time.monotonic() > deadline:
            break
    return looked_at, matching


def _lock(holding: Holding, pks: list[int]) -> list[Any]:
    """Lock these rows, except those locked by others; their contents are loaded only if `erase_rows` needs them."""
    rows = holding.model_class._base_manager.filter(pk__in=pks).select_for_update(skip_locked=True, no_key=True)
    return list(rows if holding.erase_rows else rows.only("pk"))


def _note_failure(pk: int, error: Exception) -> None:
    """Record the failure for people to see; after a timeout, the next try takes half as many rows."""
    is_quoting = isinstance(error, DatabaseError)  # such an error quotes what people wrote
    logger.error("The erasure %s did not get on: %s", pk, type(error).__name__, exc_info=None if is_quoting else error)
    try:
        with transaction.atomic():
            erasure = LearnerErasure.objects.select_for_update(no_key=True).filter(pk=pk).first()
            if erasure is None:  # deleted with its team
                return
            erasure.failures += 1
            erasure.last_error = type(error).__name__
            if was_timed_out(error) and erasure.kind_index < len(kinds := holdings(Subject.LEARNER)):
                erasure.batch_limit = max(1, (erasure.batch_limit or kinds[erasure.kind_index].batch) // 2)
            erasure.save(update_fields=["failures", "last_error", "batch_limit"])
    except (DatabaseError, InterfaceError):
        logger.exception("Nor could that be noted")
