"""Wakes workers when there is work, using PostgreSQL's NOTIFY.

Wake-ups may be lost: each process sends at most one every `LEAST_GAP` seconds, and nobody hears them while
reconnecting. So listeners also poll, and look once more after a wake-up.
"""

from __future__ import annotations

import time
from collections import Counter
from types import TracebackType
from typing import Self

import psycopg
from django.db import connection, transaction
from psycopg import sql

LEAST_GAP = 0.05  # seconds; a NOTIFY per event would slow down the intake by a fifth
_sent_at: dict[str, float] = {}
_unsent: Counter[str] = Counter()


def notify(channel: str) -> None:
    """Wake listeners on this channel once the current transaction, if any, is committed. Never raises."""
    transaction.on_commit(lambda: _send(channel), robust=True)


def _send(channel: str) -> None:
    """Send how many calls this NOTIFY stands for, so that workers notice a flood."""
    now = time.monotonic()
    _unsent[channel] += 1
    if now - _sent_at.get(channel, -LEAST_GAP) < LEAST_GAP:
        return
    _sent_at[channel] = now
    count = _unsent.pop(channel, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, str(count)])


class Listener:
    """A separate connection that listens on one channel."""

    def __init__(self, channel: str) -> None:
        """Connect. Raises psycopg.OperationalError."""
        params = connection.get_connection_params()
        params |= {"autocommit": True, "cursor_factory": psycopg.Cursor}
        params.pop("pool", None)
        self._connection = psycopg.connect(**params)
        self._connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds` for a wake-up; returns whether one came. Raises psycopg.OperationalError."""
        return any(True for _wakeup in self._connection.notifies(timeout=seconds, stop_after=1))

    def count(self) -> int:
        """How many wake-ups were announced since the last call. Raises psycopg.OperationalError."""
        return sum(int(wakeup.payload or 1) for wakeup in self._connection.notifies(timeout=0))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()
