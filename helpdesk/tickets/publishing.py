"""Publishing the history: positions that readers can go by, and telling those who build on it.

An event gets its key when it is stored, and is seen when its transaction ends, in whatever order transactions end. Who
reads "all after key N" misses what a longer transaction commits later. So one publisher at a time gives what is
committed its positions, one after the other: whoever goes on from a position misses nothing, however long a transaction
was open and whatever the clocks say. PostgreSQL's own transaction ids (xid8) would order reads as well, but they count
anew where a dump is restored, behind where readers stand; positions are data, and are restored with them.
"""

from __future__ import annotations

import time
from datetime import datetime

from django.db import connection, transaction

from helpdesk.operations import wakeups
from helpdesk.operations.clock import database_now
from helpdesk.operations.tracing import batch_span
from helpdesk.operations.worker_services import Service
from helpdesk.tickets.models import TicketEvent
from helpdesk.tickets.subscribers import notify_subscribers

CHANNEL = "ticket_events"
AT_ONCE = 500  # events that one transaction publishes at most
CHUNK = 10  # events that subscribers are given at once
BATCH_SECONDS = 0.2  # after which a transaction takes no further chunk

# The turn is a lock of the transaction, and ends with its worker however that ends; the timeout ends the turn of a
# machine that vanished without closing its connection.
TAKE_TURN = """
    SELECT pg_try_advisory_xact_lock(hashtextextended('tickets.publishing', 0)),
        set_config('idle_in_transaction_session_timeout', '10s', true)
"""
WAIT_FOR_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('tickets.publishing', 0))"
# By hand, since `bulk_update` would take four fifths of the time of publishing (benchmarks/publishing.py).
SET_POSITION = "UPDATE tickets_ticketevent SET position = %s, published_at = %s WHERE id = %s"
NEXT_POSITIONS = "SELECT nextval('ticket_event_position') FROM generate_series(1, %s)"


def publish_soon() -> None:
    """Wake the publisher when the current transaction is committed; nothing is published if that is lost."""
    wakeups.notify(CHANNEL)


@transaction.atomic
def publish() -> bool:
    """Publish some of what waits, in a short transaction; whether more may wait.

    Nothing is done while another publisher is at work: that one looks again after its turn.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN)
        has_turn, _timeout = cursor.fetchone()
    if not has_turn:
        return False
    ends_at, now = time.monotonic() + BATCH_SECONDS, database_now()
    waiting = list(TicketEvent.objects.filter(position__isnull=True).skip_locked().order_by("pk")[:AT_ONCE])
    if not waiting:
        return False
    with batch_span("tickets.publishing", len(waiting)):
        for start in range(0, len(waiting), CHUNK):
            _publish_chunk(waiting[start : start + CHUNK], now)
            if time.monotonic() > ends_at:
                return True
    return len(waiting) == AT_ONCE


def _publish_chunk(events: list[TicketEvent], now: datetime) -> None:
    for event, position in zip(events, _next_positions(len(events)), strict=True):
        event.position, event.published_at = position, now
    with connection.cursor() as cursor:
        cursor.executemany(SET_POSITION, [(event.position, event.published_at, event.pk) for event in events])
    notify_subscribers(events)


def reserve_positions(count: int) -> list[int]:
    """Positions for imported events, which are stored with them and told to nobody (`published_at` stays empty).

    To be called late in the transaction that stores them: nothing is published until that ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAIT_FOR_TURN)
    return _next_positions(count)


def last_position() -> int:
    """The highest position that was ever given; it may be of events that are not committed yet, or deleted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM ticket_event_position")
        position: int = cursor.fetchone()[0]
    return position


def _next_positions(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_POSITIONS, [count])
        return [position for (position,) in cursor.fetchall()]


PUBLISHER = Service("tickets.publishing", CHANNEL, publish)
