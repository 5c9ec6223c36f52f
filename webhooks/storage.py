"""Finds the source that an event from Eduzz is for, and stores the event once.

Both use plain SQL: models take twice the time (benchmarks/intake.py). Events are interpreted later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from helpdesk.operations.wakeups import notify
from helpdesk.teams.models import Team
from webhooks.claims import replace_bodies
from webhooks.erased_learners import without_erased
from webhooks.events import Event, read_event
from webhooks.handlers.records import Records
from webhooks.models import Delivery, SigningKey
from webhooks.querysets import IS_LIVE_SQL
from webhooks.source_updates import update_unless_locked
from webhooks.unneeded_data import mask_unneeded_data

Outcome = Delivery.Outcome
PING = "ping"
CHANNEL = "deliveries"  # workers are notified on it when a delivery waits

# The time of receipt is the database's, because workers decide by that clock what is due.
SELECT_KEYS = f"""
    SELECT source.team_id, source.is_enabled, source.networks, statement_timestamp(),
        live.id, live.key, live.last_verified_at
    FROM webhooks_source source
    LEFT JOIN webhooks_signingkey live ON live.source_id = source.id AND {IS_LIVE_SQL}
    WHERE source.id = %s AND source.deleted_at IS NULL
"""  # noqa: S608 - of constants

INSERT_DELIVERY = """
    INSERT INTO webhooks_delivery (team_id, source_id, body, content_encoding, event, event_id, sent_at, received_at,
        is_test, outcome, problem, reason, next_attempt_at, finished_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (team_id, event, event_id) DO NOTHING RETURNING id
"""


class LiveKey(NamedTuple):
    """A live key, and when it last verified something (UTC)."""

    pk: int
    text: str
    last_verified_at: datetime | None


class Receiver(NamedTuple):
    """The source that an event is for: its team, whether it is on, its live keys, and the current time (UTC).

    `networks`: where it accepts events from; None means anywhere.

    `has_unreadable_key`: a key was stored with another SECRET_KEY, so an event that no other key signed can neither be
    verified nor rejected for good.
    """

    team_id: int
    is_enabled: bool
    networks: list[str] | None
    keys: list[LiveKey]
    has_unreadable_key: bool
    now: datetime


def find_receiver(source_id: str) -> Receiver | None:
    """The source with this ID, if there is one. Its keys are read every time."""
    rows = _execute(SELECT_KEYS, [source_id])
    if not rows:
        return None
    team_id, is_enabled, networks, now = rows[0][:4]
    live = [(pk, _decrypt(key), last) for *_receiver, pk, key, last in rows if key]
    keys = [LiveKey(pk, text, last) for pk, text, last in live if text is not None]
    return Receiver(team_id, is_enabled, networks, keys, len(keys) < len(live), now)


@lru_cache(maxsize=1000)
def _decrypt(encrypted: str) -> str | None:
    """The key; None if it was stored with another SECRET_KEY.

    Cached by the encrypted text, so that a changed key is decrypted anew.
    """
    field: Any = SigningKey._meta.get_field("key")
    key = str(field.from_db_value(encrypted, None, connection))
    return None if key == encrypted else key


def store_event(
    team_id: int,
    source_id: str,
    body: bytes,
    content_encoding: str,
    received_at: datetime,
    *,
    is_test: bool = False,
    foreign_address: str = "",
) -> tuple[Event, bool]:
    """Store the event as waiting and wake a worker; returns the event, and whether it is new.

    An event with a known name and ID is a duplicate, as the database alone decides. If the known one failed, it waits
    again; if its body expired before it was processed, the event replaces it and counts as new. A ping is processed at
    once: it proves that address and key are right. An event from a `foreign_address` is stored as failed until somebody
    replays it. Raises OperationalError if the database is not available.
    """
    event = read_event(body, received_at, content_encoding)
    body, content_encoding = mask_unneeded_data(event.name, body, content_encoding)
    is_ping = event.name == PING
    if is_ping:
        state = [Outcome.PROCESSED, "", "", None, received_at]
    elif foreign_address:
        state = [Outcome.FAILED, Delivery.Problem.ADDRESS, foreign_address, None, received_at]
    else:
        state = [Outcome.WAITING, "", "", received_at, None]
    values = [team_id, source_id, body, content_encoding, event.name, event.id, event.sent_at, received_at]
    stored = _execute(INSERT_DELIVERY, [*values, is_test, *state])
    if is_ping:
        update_unless_locked(source_id, verified_at=Coalesce("verified_at", received_at), last_ping_at=received_at)
    elif not stored:
        update_unless_locked(source_id, last_duplicate_at=received_at)
        if not foreign_address and _forget_expired(team_id, event):
            stored = _execute(INSERT_DELIVERY, [*values, is_test, *state])
        elif not foreign_address:
            _wait_again_if_failed(team_id, event)
    if stored and foreign_address:
        _forget_if_erased(team_id, stored[0][0], event)
    notify(CHANNEL)
    return event, bool(stored)


@transaction.atomic
def _forget_if_erased(team_id: int, pk: int, event: Event) -> None:
    """Remove erased learners from an event that no worker will read until somebody replays it."""
    records = Records(Team.objects.get(pk=team_id), [event])
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=pk)  # an erasure may be about to empty it
    replace_bodies(without_erased(records, [(delivery, event)]))


@transaction.atomic
def _wait_again_if_failed(team_id: int, event: Event) -> None:
    """Requeue the event as it was first stored: with a new body, the result would depend on when workers read it.

    Never waits for a lock: whoever holds the delivery is already trying it again.
    """
    failed = Delivery.objects.filter(team=team_id, event=event.name, event_id=event.id, outcome=Outcome.FAILED)
    pks = list(failed.skip_locked().values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=pks).requeue()


@transaction.atomic
def _forget_expired(team_id: int, event: Event) -> bool:
    """Delete the delivery of this event if its body expired before it was processed; returns whether there was one.

    The event gets a new row, because retention goes by primary key and is past the old one.
    """
    expired = {"outcome": Outcome.IGNORED, "problem": Delivery.Problem.EXPIRED}
    known = Delivery.objects.filter(team=team_id, event=event.name, event_id=event.id, **expired)
    pks = list(known.skip_locked().values_list("pk", flat=True))
    return bool(Delivery.objects.filter(pk__in=pks).delete()[0])


def _execute(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
