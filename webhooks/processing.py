"""Processes stored deliveries in a worker: claimed in batches, each handled in its own savepoint.

Any number of workers may run in parallel; the result does not depend on which of them takes what. A delivery is claimed
in its own transaction (claims.py), so that one that kills its worker leaves a trace. It is handled and given its
outcome in the next, so that it still waits if the worker dies in between.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from psycopg import errors

from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.tracing import batch_span
from helpdesk.operations.wakeups import notify
from helpdesk.teams.models import Team
from webhooks.claims import Claim, HandlerResult, claim_batch, finish, note_served, replace_bodies
from webhooks.erased_learners import without_erased
from webhooks.events import ContentError, Event, read_event
from webhooks.handlers import handler_of
from webhooks.handlers.records import EventOfErasedLearner, Records
from webhooks.models import Delivery
from webhooks.models.outcomes import UNHANDLED
from webhooks.querysets import DeliveryQuerySet
from webhooks.source_updates import update_unless_locked
from webhooks.storage import CHANNEL

logger = logging.getLogger(__name__)
Outcome, Problem = Delivery.Outcome, Delivery.Problem

BATCH_SECONDS = 0.2  # after which a batch is committed unfinished, because it holds locks on learners
BUSY = timedelta(seconds=0.2)  # after which an event is tried again if its learner was locked
MOST_INTERRUPTIONS = 3
INTERRUPTED = HandlerResult(Outcome.FAILED, problem=Problem.INTERRUPTED, was_tried=False)
MOST_ATTEMPTS = 12  # if rows changed meanwhile or a statement took too long: seven minutes, enough for a migration
# Errors due to rows that others created or deleted, or to a migration; the next attempt sees the new state.
CHANGED_MEANWHILE = {
    errors.ForeignKeyViolation.sqlstate,
    errors.UniqueViolation.sqlstate,
    errors.NotNullViolation.sqlstate,  # a new column
    errors.UndefinedColumn.sqlstate,
    errors.UndefinedTable.sqlstate,
    errors.FeatureNotSupported.sqlstate,  # a prepared statement whose columns have changed
}

# A batch never waits for long, because other due deliveries wait for it. Constraints are checked within each savepoint,
# not at the commit.
BEGIN_BATCH = """
    SELECT set_config('lock_timeout', '200ms', true), set_config('statement_timeout', '10s', true),
        set_config('idle_in_transaction_session_timeout', '20s', true)
"""


class ConnectionLostError(OperationalError):
    """The database closed the connection while an event was handled."""


def process_waiting() -> bool:
    """Process at most one batch of the oldest due deliveries, of each team in turn; returns whether more may be due.

    Raises DatabaseError or InterfaceError if the database fails; the batch is rolled back.
    """
    claim, has_more = claim_batch()
    if claim is None:
        return False
    try:
        with batch_span("webhooks.deliveries", len(claim.due_at)):
            is_through = _process(claim)
    except (DatabaseError, InterfaceError) as error:
        # If the database is away, the claim expires by itself. An event that was begun when the connection was lost may
        # have caused the loss, for instance by taking too long, and may do so every time: it counts as interrupted, and
        # is claimed alone from then on. Django has reconnected by now.
        is_lost = isinstance(error, ConnectionLostError) or connection.connection is not claim.begun_in
        connection.close()
        is_passing = isinstance(error, DATABASE_IS_AWAY) or is_changed_meanwhile(error)
        if is_passing and not (claim.begun_in and is_lost):
            with suppress(DatabaseError):
                claim.postpone()
        raise
    return has_more or not is_through


@transaction.atomic
def _process(claim: Claim) -> bool:
    """Handle the claimed deliveries; returns whether there was time for all."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_BATCH)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    deliveries = claim.deliveries().select_related("source__team").skip_locked("self")
    taken = sorted(deliveries, key=lambda each: (each.team_id, claim.due_at[each.pk], each.pk))
    claim.begun_in = connection.connection
    batch = Batch()
    for team, of_team in groupby(taken, key=lambda delivery: delivery.source.team):
        batch.handle(team, list(of_team))
    finish(batch.finished)
    if batch.erased:
        replace_bodies(batch.erased)
    _note_first_calls(batch.finished)
    claim.release(batch.not_begun)
    claim.postpone(batch.busy, BUSY)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # in case the caller has a transaction of its own
    return not batch.not_begun


class Batch:
    """The results of deliveries that were claimed together: finished, not begun in time, or busy.

    Busy deliveries are about a learner whom another transaction has locked. `erased` holds, by primary key, the bodies
    of finished deliveries without the erased learners whom they are about.
    """

    def __init__(self) -> None:
        """Start the batch's time limit."""
        self.finished: list[tuple[Delivery, HandlerResult]] = []
        self.not_begun: list[int] = []
        self.busy: list[int] = []
        self.erased: dict[int, bytes] = {}
        self._deadline = time.monotonic() + BATCH_SECONDS

    @property
    def _is_late(self) -> bool:
        """Whether the time is up; at least one delivery is always handled, or the first would be put off for ever."""
        return bool(self.finished) and time.monotonic() > self._deadline

    def handle(self, team: Team, deliveries: list[Delivery]) -> None:
        """Handle one team's deliveries while there is time."""
        if self._is_late:
            self.not_begun += [delivery.pk for delivery in deliveries]
            return
        note_served(team.pk)
        events = self._events_of(deliveries)
        records = Records(team, events.values())
        left: list[tuple[Delivery, Event]] = []  # without result, but with their bodies
        for delivery, event in events.items():
            result = self._result_of(records, delivery, event)
            if result is None:
                continue
            self.finished.append((delivery, result))
            if result.problem == Problem.ERASED:
                self.erased[delivery.pk] = b""
            elif result.outcome in UNHANDLED:
                left.append((delivery, event))
        if left:
            self.erased |= without_erased(records, left)
        records.write()

    def _events_of(self, deliveries: list[Delivery]) -> dict[Delivery, Event]:
        """The events in these deliveries, without those that interrupted a worker again while it only read them.

        The latter are finished as failed.
        """
        events: dict[Delivery, Event] = {}
        for delivery in deliveries:
            if delivery.interruptions > MOST_INTERRUPTIONS + 1:
                self.finished.append((delivery, INTERRUPTED))
            else:
                events[delivery] = read(delivery)
        return events

    def _result_of(self, records: Records, delivery: Delivery, event: Event) -> HandlerResult | None:
        """An event's result; None if it is put off, because time is up or its learner is busy."""
        if delivery.interruptions > MOST_INTERRUPTIONS:  # only read, no longer handled
            return INTERRUPTED
        if self._is_late:
            self.not_begun.append(delivery.pk)
            return None
        if records.is_busy(event):
            self.busy.append(delivery.pk)
            return None
        return _handle(records, event, delivery.attempts)


def _note_first_calls(finished: list[tuple[Delivery, HandlerResult]]) -> None:
    """Note on its source when the first help request arrived; if the source is locked, a later request is noted."""
    first: dict[str, datetime] = {}
    for delivery, result in finished:
        if result.ticket and not delivery.is_test and delivery.source.first_call_at is None:
            first.setdefault(delivery.source_id, delivery.received_at)
    for source_id, at in first.items():
        update_unless_locked(source_id, first_call_at=at)


def read(delivery: Delivery) -> Event:
    """The event in a delivery's bytes."""
    return read_event(bytes(delivery.body), delivery.received_at, delivery.content_encoding)


def _handle(records: Records, event: Event, attempt: int) -> HandlerResult:
    """Run the event's handler in a savepoint, so that a failure undoes its own writes and nothing else.

    Raises OperationalError (ConnectionLostError) if the connection is lost.
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
    except EventOfErasedLearner:
        outcome, problem = Outcome.IGNORED, Problem.ERASED
    except Exception as error:
        if connection.needs_rollback or not connection.is_usable():
            raise ConnectionLostError("The connection was lost") from error
        if _may_try_again(error, attempt):
            logger.warning("%s %r waits for another attempt: %s", event.name, event.id, _description(error))
            outcome = Outcome.WAITING
        else:
            logger.exception("The handler of %s failed on event %r", event.name, event.id)
            outcome, problem = Outcome.FAILED, Problem.HANDLER_ERROR
        reason = _description(error)
    if outcome == Outcome.PROCESSED and event.implausible_times:
        problem, reason = Problem.IMPLAUSIBLE_TIME, event.implausible_times
    return HandlerResult(outcome, ticket, problem, reason, round((time.perf_counter() - started) * 1000))


def _may_try_again(error: Exception, attempt: int) -> bool:
    """Whether another attempt may succeed; without limit only while the database is away."""
    if is_changed_meanwhile(error) or isinstance(error.__cause__, errors.QueryCanceled):
        return attempt <= MOST_ATTEMPTS
    return isinstance(error, DATABASE_IS_AWAY)


def is_changed_meanwhile(error: BaseException) -> bool:
    """Whether the error is due to rows that others just created or deleted, or to a migration."""
    return getattr(error.__cause__, "sqlstate", None) in CHANGED_MEANWHILE


def _description(error: BaseException) -> str:
    """The error in one line; database errors only by their type, because their messages quote people's data."""
    return type(error).__name__ if isinstance(error, DatabaseError) else f"{type(error).__name__}: {error}"


def replay(delivery: Delivery) -> bool:
    """Have a worker try a failed or ignored delivery again; returns False if there is nothing to try."""
    return bool(replay_all(Delivery.objects.filter(pk=delivery.pk)))


def replay_all(deliveries: DeliveryQuerySet) -> int:
    """Have a worker try the failed and ignored ones of these deliveries again; returns their number."""
    count = deliveries.requeue()
    notify(CHANNEL)
    return count
