"""From stored deliveries to what they mean, in a worker: claimed in batches, each handled in a savepoint of its own.

Any number of workers may do this side by side, and what comes out does not depend on which of them takes what. A
delivery is claimed in a transaction of its own, so that one which kills its worker leaves a trace; it is handled and
given its outcome in the next, so that a worker which ends in between leaves it waiting.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby, takewhile

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.operations.wakeups import notify
from helpdesk.tickets.models import Ticket
from webhooks.events import ContentError, Event, read_event
from webhooks.handlers import handler_of
from webhooks.handlers.records import Records
from webhooks.models import Delivery
from webhooks.storage import CHANNEL

logger = logging.getLogger(__name__)
Outcome, Problem = Delivery.Outcome, Delivery.Problem

BATCH = 20  # deliveries
BATCH_SECONDS = 0.2  # after which a batch is committed as far as it is, since it holds its learners
CLAIM = timedelta(seconds=3)  # after which another worker may take what one has claimed and not begun
BUSY = timedelta(seconds=0.2)  # after which an event is tried again whose learner another transaction holds
MOST_INTERRUPTIONS = 3
LONGEST_BACK_OFF = timedelta(minutes=1)
# What was deleted or made in between by somebody else, or migrated: the next attempt finds it as it is then.
CHANGED_MEANWHILE = {"23503", "23505", "0A000"}  # foreign_key_violation, unique_violation, feature_not_supported
MOST_CHANGES_MEANWHILE = 5

# A batch waits for nobody long, and what it builds on is checked within its savepoint, not at the commit.
BEGIN_BATCH = """
    SELECT set_config('lock_timeout', '2s', true), set_config('statement_timeout', '10s', true),
        set_config('idle_in_transaction_session_timeout', '20s', true)
"""


@dataclass(frozen=True)
class HandlerResult:
    """What one attempt at an event came to."""

    outcome: Delivery.Outcome
    ticket: Ticket | None = None
    problem: str = ""
    reason: str = ""
    duration_ms: int = 0


def process_waiting() -> bool:
    """Process the oldest of what is due, at most one batch; whether more may be due.

    Raises OperationalError and InterfaceError where the database cannot go on; everything is as before then.
    """
    claimed_until = timezone.now() + CLAIM
    claimed, has_more = _claim(claimed_until)
    try:
        is_through = _process(claimed, claimed_until)
    except (OperationalError, InterfaceError):
        # The database was in the way, no event was; where it is away, the claim runs out by itself.
        connection.close()
        with suppress(DatabaseError):
            _give_back(claimed, claimed_until)
        raise
    return has_more or not is_through


@transaction.atomic
def _claim(claimed_until: datetime) -> tuple[list[int], bool]:
    """The keys of the next batch, and whether more is due.

    Whatever was in work when a worker ended comes alone, so that it harms no other.
    """
    due = list(Delivery.objects.due().unheld().only("pk", "interruptions")[:BATCH])
    batch = list(takewhile(lambda delivery: not delivery.interruptions, due)) or due[:1]
    claimed = [delivery.pk for delivery in batch]
    Delivery.objects.filter(pk__in=claimed).update(
        next_attempt_at=claimed_until, attempts=F("attempts") + 1, interruptions=F("interruptions") + 1
    )
    return claimed, len(due) == BATCH or len(batch) < len(due)


def _give_back(claimed: list[int], claimed_until: datetime, delay: timedelta = timedelta()) -> None:
    """As if these had not been claimed; they are due again after the delay."""
    if not claimed:
        return
    Delivery.objects.waiting().filter(pk__in=claimed, next_attempt_at=claimed_until).update(
        next_attempt_at=timezone.now() + delay, attempts=F("attempts") - 1, interruptions=F("interruptions") - 1
    )


@transaction.atomic
def _process(claimed: list[int], claimed_until: datetime) -> bool:
    """Handle what was claimed; whether there was time for all of it."""
    deadline = time.monotonic() + BATCH_SECONDS
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_BATCH)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    deliveries = (
        Delivery.objects.waiting()
        .filter(pk__in=claimed, next_attempt_at=claimed_until)
        .select_related("source__team")
        .unheld("self")
    )
    work = [(read(delivery), delivery) for delivery in sorted(deliveries, key=lambda each: (each.team_id, each.pk))]
    finished: list[tuple[Delivery, HandlerResult]] = []
    not_begun, busy = [], []
    for team, of_team in groupby(work, key=lambda pair: pair[1].source.team):
        batch = list(of_team)
        records = Records(team, (event for event, _delivery in batch))
        for event, delivery in batch:
            if time.monotonic() > deadline:
                not_begun.append(delivery.pk)
            elif event.learner_email in records.busy:
                busy.append(delivery.pk)
            elif delivery.interruptions > MOST_INTERRUPTIONS:
                finished.append((delivery, HandlerResult(Outcome.FAILED, problem=Problem.INTERRUPTED)))
            else:
                finished.append((delivery, _handle(records, event, delivery.attempts)))
        records.write_names()
    _write(finished)
    _give_back(not_begun, claimed_until)
    _give_back(busy, claimed_until, BUSY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # for whoever called this in a transaction of their own
    return not not_begun


def _write(finished: list[tuple[Delivery, HandlerResult]]) -> None:
    """Give the deliveries their outcomes. Written out: `bulk_update` takes longer than all the handlers together."""
    now = timezone.now()
    rows = []
    for delivery, result in finished:
        is_waiting = result.outcome == Outcome.WAITING
        back_off = min(LONGEST_BACK_OFF, timedelta(seconds=2 ** min(delivery.attempts - 1, 6)))
        rows.append(
            (
                result.outcome.value,
                result.ticket.pk if result.ticket else None,
                result.problem,
                _storable(result.reason),
                result.duration_ms,
                now + back_off if is_waiting else None,
                None if is_waiting else now,
                delivery.pk,
            )
        )
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE_DELIVERY, rows)


UPDATE_DELIVERY = """
    UPDATE webhooks_delivery SET outcome = %s, ticket_id = %s, problem = %s, reason = %s, duration_ms = %s,
        next_attempt_at = %s, finished_at = %s, interruptions = 0
    WHERE id = %s
"""


def read(delivery: Delivery) -> Event:
    """The event in a delivery's bytes."""
    return read_event(bytes(delivery.body), delivery.received_at, delivery.content_encoding)


def _handle(records: Records, event: Event, attempt: int) -> HandlerResult:
    """Run the event's handler in a savepoint, so that its failure undoes what it wrote and nothing else.

    Raises OperationalError and InterfaceError where it is the connection that is lost.
    """
    if event.parse_error:
        return HandlerResult(Outcome.FAILED, problem=event.parse_error.problem, reason=event.parse_error.where)
    handler = handler_of(event.name)
    if handler is None:
        return HandlerResult(Outcome.IGNORED)
    started = time.perf_counter()
    ticket, outcome, problem, reason = None, Outcome.PROCESSED, "", ""
    try:
        with records.savepoint():
            ticket = handler(records, event)
    except ContentError as error:
        outcome, problem, reason = Outcome.FAILED, error.problem, error.where
    except Exception as error:
        if connection.needs_rollback or not connection.is_usable():
            raise OperationalError("The connection was lost") from error
        if is_transient(error, attempt):
            logger.warning("%s %r waits for another attempt: %s", event.name, event.id, _description(error))
            outcome = Outcome.WAITING
        else:
            logger.exception("The handler of %s failed on event %r", event.name, event.id)
            outcome, problem = Outcome.FAILED, Problem.HANDLER_ERROR
        reason = _description(error)
    if outcome == Outcome.PROCESSED and event.implausible_times:
        problem, reason = Problem.IMPLAUSIBLE_TIME, event.implausible_times
    return HandlerResult(outcome, ticket, problem, reason, round((time.perf_counter() - started) * 1000))


def is_transient(error: BaseException, attempt: int) -> bool:
    """Whether it was the moment that was wrong: a lock, a deadlock, a time limit, what somebody changed in between."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return attempt <= MOST_CHANGES_MEANWHILE and getattr(error.__cause__, "sqlstate", None) in CHANGED_MEANWHILE


def _description(error: BaseException) -> str:
    """The error in one line; one of the database is not quoted, since it repeats what people wrote."""
    return type(error).__name__ if isinstance(error, DatabaseError) else f"{type(error).__name__}: {error}"


def _storable(reason: str) -> str:
    """No reason, whatever it quotes, keeps the others of a batch from their outcome."""
    return reason.replace("\0", "").encode(errors="replace").decode()[:500]


def replay(delivery: Delivery) -> bool:
    """Have a worker try a delivery of which nothing came once more; False where there is nothing to try."""
    waits = bool(Delivery.objects.replayable().filter(pk=delivery.pk).wait_again())
    notify(CHANNEL)
    return waits
