"""Django's PostgreSQL backend, for a database that may be away, frozen or migrated while we serve requests."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from datetime import datetime
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from psycopg.abc import RV, Buffer, PQGen
from psycopg.pq import TransactionStatus

from helpdesk.operations.request_ids import tag_query
from helpdesk.operations.time_limits import statement_limit

GRACE = 1.0  # seconds after the database's own time limit until we stop waiting for its answer
PATIENCE = 4.0  # seconds of silence after which we check whether the database still answers at all
LOCK_LIMIT = 5.0  # seconds that a statement may wait for a lock
CONNECT_LIMIT = 3.0  # seconds; libpq's minimum is 2


class Connection(psycopg.Connection[Any]):
    """A connection that is closed if the database doesn't answer within the thread's limit, or not at all."""

    is_outdated = False  # whether it prepared statements before a migration

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for the database's answer. Raises psycopg.OperationalError."""
        limit = statement_limit()
        if limit is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        limit += GRACE
        with suppress(psycopg.errors._WaitTimeout):
            return super().wait(gen, interval, min(limit, PATIENCE))
        with suppress(psycopg.errors._WaitTimeout):
            if limit > PATIENCE and self._does_server_answer():
                return super().wait(gen, interval, limit - PATIENCE)
        self.pgconn.finish()
        raise psycopg.OperationalError("The database does not answer in time")

    def _does_server_answer(self) -> bool:
        """Whether it accepts a new connection, or refuses it with a reason; a frozen one does neither."""
        try:
            psycopg.connect(self.info.dsn, password=self.info.password, connect_timeout=round(CONNECT_LIMIT)).close()
        except psycopg.OperationalError as error:
            return error.sqlstate is not None
        return True


class TimeLoader(BaseTzLoader):  # type: ignore[misc] # Django has no types for it
    """Parses times in C; psycopg would use a regular expression for Django's own loader."""

    def load(self, data: Buffer) -> datetime:
        """The time in the connection's zone; values beyond Python's range are handled by psycopg."""
        try:
            moment = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return cast("datetime", super().load(data))
        return moment.replace(tzinfo=self.timezone)


class Cursor(base.CursorMixin, psycopg.Cursor[Any]):
    """Django's cursor, except that a statement prepared before a migration is prepared again."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """Execute as usual; within a transaction such a statement fails, and the connection is not used again."""
        try:
            return super().execute(*args, **options)
        except psycopg.errors.FeatureNotSupported:  # "cached plan must not change result type"
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                cast("Connection", self.connection).is_outdated = True
                raise
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(*args, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with time limits, which each thread sets (time_limits.py)."""

    # Django's own backend only looks here for the connection class; looked up late, because tracing.py wraps it.
    Database = cast(
        "ModuleType", SimpleNamespace(**vars(psycopg) | {"connect": lambda **params: Connection.connect(**params)})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if settings.REQUEST_IDS_IN_QUERIES:
            self.execute_wrappers.append(tag_query)

    def get_connection_params(self) -> dict[str, Any]:
        """Add the limits to the connection's start-up options, which costs no statement."""
        params: dict[str, Any] = super().get_connection_params()
        loader = type("ZonedTimeLoader", (TimeLoader,), {"timezone": self.timezone})
        params["context"].adapters.register_loader("timestamptz", loader)
        if params["cursor_factory"] is base.ServerBindingCursor:
            params["cursor_factory"] = Cursor
        if (limit := statement_limit()) is not None:
            others = params.get("options") or os.environ.get("PGOPTIONS", "")
            lock_limit = min(limit, LOCK_LIMIT)
            limits = f"-c statement_timeout={limit * 1000:.0f} -c lock_timeout={lock_limit * 1000:.0f}"
            params["options"] = f"{limits} {others}".strip()  # the operator's own options come last and win
            params["connect_timeout"] = round(min(limit, float(params.get("connect_timeout", CONNECT_LIMIT))))
        return params

    def is_usable(self) -> bool:
        """Whether the connection is still open, without asking the database, which might be frozen.

        A server that closes a connection leaves a message in the socket; nothing else should be there.
        """
        if self.connection is None or self.connection.closed or self.connection.is_outdated:
            return False
        watch = select.poll()
        watch.register(self.connection.pgconn.socket, select.POLLIN)
        return not watch.poll(0)
