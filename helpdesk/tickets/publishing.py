"""Publishes the history: assigns positions that readers can use as a cursor, and calls subscribers.

An event gets its primary key when it is stored, but becomes visible when its transaction commits, so whoever reads "all
after key N" misses what a longer transaction commits later. Therefore a single publisher at a time assigns positions to
committed events. Whoever continues from a position misses nothing, however long transactions were open and whatever the
clocks say. PostgreSQL's transaction IDs (xid8) would order reads as well, but start again, below the readers' cursors,
when a dump is restored; positions are data, and are restored with the events.
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
AT_ONCE = 500  # events per transaction at most
CHUNK = 10  # events that subscribers get per call
BATCH_SECONDS = 0.2  # seconds after which a transaction starts no further chunk

# The turn is a lock of the transaction, so that it ends however the worker ends; the timeout ends it if a machine
# disappears without closing its connection.
TAKE_TURN = """
    SELECT pg_try_advisory_xact_lock(hashtextextended('tickets.publishing', 0)),
        set_config('idle_in_transaction_session_timeout', '10s', true)
"""
WAIT_FOR_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('tickets.publishing', 0))"
# Raw SQL, since `bulk_update` would take four fifths of the publishing time (benchmarks/publishing.py).
SET_POSITION = "UPDATE tickets_ticketevent SET position = %s, published_at = %s WHERE id = %s"
NEXT_POSITIONS = "SELECT nextval('ticket_event_position') FROM generate_series(1, %s)"


def publish_soon() -> None:
    """Wake the publisher when the current transaction commits; not if it is rolled back."""
    wakeups.notify(CHANNEL)


@transaction.atomic
def publish() -> bool:
    """Publish some of the waiting events, in a short transaction; True if there may be more.

    Does nothing while another publisher has its turn: that one checks again afterwards.
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
    """Positions for imported events, which are stored with them and not published (`published_at` stays empty).

    Call late in the transaction that stores them: nothing else is published until it ends.
    """
    with connection.cursor() as cursor:
        cursor.execute(WAIT_FOR_TURN)
    return _next_positions(count)


def last_position() -> int:
    """The highest position ever assigned; its event may be uncommitted or deleted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM ticket_event_position")
        position: int = cursor.fetchone()[0]
    return position


def _next_positions(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_POSITIONS, [count])
        return [position for (position,) in cursor.fetchall()]


PUBLISHER = Service("tickets.publishing", CHANNEL, publish)
