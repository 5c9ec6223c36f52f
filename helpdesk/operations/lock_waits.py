"""Finds out which sessions block one of ours."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psycopg
from django.db import connection

LOOKS = 0.5  # seconds between two looks

# The table that is waited for, and each session that holds a lock on it. Queries are left out: they may hold personal
# data.
WAITS = """
    SELECT coalesce((SELECT min(relation::regclass::text) FROM pg_locks WHERE pid = %(pid)s AND NOT granted), 'a lock'),
        holder.pid,
        concat_ws(', ', usename, nullif(application_name, ''), host(client_addr), state),
        extract(epoch FROM now() - coalesce(xact_start, backend_start))::int
    FROM pg_stat_activity AS holder
    WHERE holder.pid = ANY(pg_blocking_pids(%(pid)s))
    ORDER BY xact_start
"""


@dataclass(frozen=True)
class Holder:
    """A session that has held the lock for `seconds`."""

    wanted: str
    pid: int
    description: str
    seconds: int

    def __str__(self) -> str:
        return (
            f"session {self.pid} ({self.description}), in a transaction for {self.seconds} s; "
            f"SELECT pg_terminate_backend({self.pid}) ends it"
        )


class LockWatch:
    """Within this context, records who blocks Django's connection, using a connection of its own."""

    def __init__(self) -> None:
        self.holders: list[Holder] = []
        self._params = connection.get_connection_params() | {"autocommit": True, "cursor_factory": psycopg.Cursor}
        self._params.pop("pool", None)
        self._watched_pid = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        connection.ensure_connection()
        self._watched_pid = connection.connection.info.backend_pid
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        if self._stop.wait(LOOKS):
            return  # no wait was long enough to be recorded
        with psycopg.connect(**self._params) as watching:
            while not self._stop.wait(LOOKS):
                rows = watching.execute(WAITS, {"pid": self._watched_pid}).fetchall()
                if rows:
                    self.holders = [Holder(*row) for row in rows]
