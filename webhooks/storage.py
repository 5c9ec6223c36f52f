"""Storing an authentic event, once. What it means is none of this module's business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from helpdesk.operations.wakeups import notify
from webhooks.events import Event, read_event
from webhooks.models import Delivery, Source

PING = "ping"
CHANNEL = "deliveries"  # on which workers are told that one waits

INSERT_DELIVERY = """
    INSERT INTO webhooks_delivery (team_id, source_id, body, content_encoding, event, event_id, sent_at, received_at,
        outcome, next_attempt_at, finished_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (team_id, event, event_id) DO NOTHING RETURNING id
"""


def store_event(
    team_id: int, source_id: str, body: bytes, content_encoding: str, received_at: datetime
) -> tuple[Event, bool]:
    """Store the event as waiting and wake a worker; returns it, and whether it is new.

    The same event name and id again is a duplicate, which the database alone decides; one that had failed waits again.
    A ping waits for nothing: it proves that address and key fit. Raises OperationalError where the database cannot
    take it now.
    """
    event = read_event(body, received_at, content_encoding)
    is_ping = event.name == PING
    state = ["processed", None, received_at] if is_ping else ["waiting", received_at, None]
    values = [team_id, source_id, body, content_encoding, event.name, event.id, event.sent_at, received_at, *state]
    stored = execute(INSERT_DELIVERY, values)
    if is_ping:
        change_unless_held(source_id, verified_at=Coalesce("verified_at", received_at), last_ping_at=received_at)
    elif not stored:
        _wait_again_if_failed(team_id, event)
    notify(CHANNEL)
    return event, bool(stored)


@transaction.atomic
def change_unless_held(source_id: str, **values: Any) -> None:
    """Note on a source what happened to it, unless somebody else is at it: no answer to a sender waits for a lock."""
    source = Source.objects.filter(pk=source_id)
    if source.unheld().values("pk").first():
        source.update(**values)


@transaction.atomic
def _wait_again_if_failed(team_id: int, event: Event) -> None:
    """Never waits for a lock: whoever holds the delivery is trying it again already."""
    failed = Delivery.objects.filter(team=team_id, event=event.name, event_id=event.id, outcome="failed")
    pks = list(failed.unheld().values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=pks).wait_again()


def execute(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that stands for itself."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
