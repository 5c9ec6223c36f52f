"""From an authentic event to its delivery and what it makes: one short transaction, the handler in a savepoint."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from psycopg import sql

from helpdesk.tickets.models import Ticket
from webhooks.events import ContentError, Event, read_event
from webhooks.handlers import handler_of
from webhooks.models import Delivery, Source

logger = logging.getLogger(__name__)
Outcome = Delivery.Outcome

PING = "ping"


@dataclass(frozen=True)
class Handling:
    """What one attempt at an event came to."""

    outcome: Delivery.Outcome
    ticket: Ticket | None = None
    problem: str = ""
    reason: str = ""
    duration_ms: int = 0


def process_event(source: Source, body: bytes, received_at: datetime) -> tuple[Delivery, bool]:
    """Store an authentic event and handle it; returns its delivery, and whether it was handled just now.

    The same event name and id again is a duplicate, which the database alone decides; it is handled again only if it
    had failed. Raises OperationalError where the database cannot take it now.
    """
    event = read_event(body, received_at)
    if _is_known(source, event):
        return _meet_again(source, event)  # spares the work that the constraint would undo
    try:
        with transaction.atomic():
            handling = handle(source, event)
            return _store(source, event, body, handling), True
    except IntegrityError:
        return _meet_again(source, event)


def _is_known(source: Source, event: Event) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM webhooks_delivery WHERE team_id = %s AND event = %s AND event_id = %s",
            [source.team_id, event.name, event.id],
        )
        return bool(cursor.rowcount)


def _store(source: Source, event: Event, body: bytes, handling: Handling) -> Delivery:
    delivery = Delivery(
        team_id=source.team_id,
        source=source,
        body=body,
        event=event.name,
        event_id=event.id,
        sent_at=event.sent_at,
        received_at=event.received_at,
        outcome=handling.outcome,
        problem=handling.problem,
        reason=handling.reason,
        duration_ms=handling.duration_ms,
        ticket=handling.ticket,
    )
    values = {name: getattr(delivery, name) for name in STORED}
    with connection.cursor() as cursor:
        cursor.execute(INSERT_DELIVERY, list(values.values()))
        (delivery.pk,) = cursor.fetchone()
    return delivery


STORED = [field.attname for field in Delivery._meta.concrete_fields if not field.primary_key]
INSERT_DELIVERY = (
    sql.SQL("INSERT INTO webhooks_delivery ({}) VALUES ({}) RETURNING id")
    .format(sql.SQL(", ").join(map(sql.Identifier, STORED)), sql.SQL(", ").join([sql.Placeholder()] * len(STORED)))
    .as_string()
)


@transaction.atomic
def _meet_again(source: Source, event: Event) -> tuple[Delivery, bool]:
    """The stored delivery of this event, tried again if it had failed. A ping always counts anew."""
    first = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("source__team", "ticket")
        .get(team_id=source.team_id, event=event.name, event_id=event.id)
    )
    if first.event == PING:
        handle(source, event)
        return first, True
    if first.outcome == Outcome.FAILED:
        _attempt(first)
        return first, True
    return first, False


def _attempt(delivery: Delivery) -> None:
    handling = handle(delivery.source, read_event(bytes(delivery.body), delivery.received_at))
    delivery.outcome = handling.outcome
    delivery.problem = handling.problem
    delivery.reason = handling.reason
    delivery.duration_ms = handling.duration_ms
    delivery.ticket = handling.ticket
    delivery.attempts += 1
    delivery.save(update_fields=["outcome", "problem", "reason", "duration_ms", "ticket", "attempts"])


@transaction.atomic
def replay_delivery(delivery: Delivery) -> Delivery:
    """Try a delivery of which nothing came once more; one that was processed is left as it is."""
    locked = (
        Delivery.objects.select_for_update(of=("self",)).select_related("source__team", "ticket").get(pk=delivery.pk)
    )
    if locked.is_replayable:
        _attempt(locked)
    return locked


def handle(source: Source, event: Event) -> Handling:
    """Run the event's handler in a savepoint, so that its failure undoes what it wrote and nothing else.

    Raises OperationalError and InterfaceError: then it is the database that cannot go on, not the event.
    """
    if event.flaw:
        return Handling(Outcome.FAILED, problem=event.flaw.problem, reason=event.flaw.where)
    handler = handler_of(event.name)
    if handler is None:
        return Handling(Outcome.IGNORED)
    started = time.perf_counter()
    ticket, problem, reason = None, "", ""
    try:
        with transaction.atomic():
            ticket = handler(source, event)
    except ContentError as error:
        problem, reason = error.problem, error.where
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("The handler of %s failed on event %s", event.name, event.id)
        problem, reason = Delivery.Problem.HANDLER_ERROR, _description(error)
    return Handling(
        Outcome.FAILED if problem else Outcome.PROCESSED,
        ticket,
        problem,
        reason,
        round((time.perf_counter() - started) * 1000),
    )


def _description(error: BaseException) -> str:
    """The error in one line that can be stored; a database error may quote what cannot."""
    text = type(error).__name__ if isinstance(error, DatabaseError) else f"{type(error).__name__}: {error}"
    return text.replace("\0", "").encode(errors="replace").decode()[:500]
