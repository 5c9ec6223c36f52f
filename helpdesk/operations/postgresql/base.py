"""Django's PostgreSQL backend, for a database that may be away, frozen or migrated while we serve."""

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

GRACE = 1.0  # seconds that the database's own time limit is given to tell us before we stop listening
PATIENCE = 4.0  # seconds of silence after which it is tried whether the database answers at all
LOCK_LIMIT = 5.0  # seconds that a statement may wait for a lock
CONNECT_LIMIT = 3.0  # seconds; libpq takes no less than 2


class Connection(psycopg.Connection[Any]):
    """A connection that is closed when the database does not answer within the thread's limit, or not at all."""

    is_outdated = False  # whether it prepared statements before a migration

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """What the database answers. Raises psycopg.OperationalError."""
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
        """Whether it takes a new connection, or says why not; a frozen one does neither."""
        try:
            psycopg.connect(self.info.dsn, password=self.info.password, connect_timeout=round(CONNECT_LIMIT)).close()
        except psycopg.OperationalError as error:
            return error.sqlstate is not None
        return True


class TimeLoader(BaseTzLoader):  # type: ignore[misc] # Django has no types for it
    """Reads a time in C; psycopg does it by a regular expression where Django has a loader of its own."""

    def load(self, data: Buffer) -> datetime:
        """As the connection's zone has it; what Python cannot say, as psycopg would."""
        try:
            moment = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return cast("datetime", super().load(data))
        return moment.replace(tzinfo=self.timezone)


class Cursor(base.CursorMixin, psycopg.Cursor[Any]):
    """Django's cursor; a statement that was prepared before a migration is prepared anew."""

    def execute(self, *args: Any, **options: Any) -> Any:
        """As ever; in a transaction the statement fails, and the connection is not used for another request."""
        try:
            return super().execute(*args, **options)
        except psycopg.errors.FeatureNotSupported:  # "cached plan must not change result type"
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                cast("Connection", self.connection).is_outdated = True
                raise
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(*args, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with limits of time, which the thread sets (time_limits.py)."""

    # The one place where Django's own backend looks for what connects; looked up late, since tracing.py wraps it.
    Database = cast(
        "ModuleType", SimpleNamespace(**vars(psycopg) | {"connect": lambda **params: Connection.connect(**params)})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if settings.REQUEST_IDS_IN_QUERIES:
            self.execute_wrappers.append(tag_query)

    def get_connection_params(self) -> dict[str, Any]:
        """The database is told the limits at the start of the connection, which costs no statement."""
        params: dict[str, Any] = super().get_connection_params()
        loader = type("ZonedTimeLoader", (TimeLoader,), {"timezone": self.timezone})
        params["context"].adapters.register_loader("timestamptz", loader)
        if params["cursor_factory"] is base.ServerBindingCursor:
            params["cursor_factory"] = Cursor
        if (limit := statement_limit()) is not None:
            others = params.get("options") or os.environ.get("PGOPTIONS", "")
            lock_limit = min(limit, LOCK_LIMIT)
            limits = f"-c statement_timeout={limit * 1000:.0f} -c lock_timeout={lock_limit * 1000:.0f}"
            params["options"] = f"{limits} {others}".strip()  # what the operator says comes last and wins
            params["connect_timeout"] = round(min(limit, float(params.get("connect_timeout", CONNECT_LIMIT))))
        return params

    def is_usable(self) -> bool:
        """Whether the connection still stands, without a question to the database, which a frozen one would not answer.

        A server that ended the connection has left word of it in the socket; nothing else should be there.
        """
        if self.connection is None or self.connection.closed or self.connection.is_outdated:
            return False
        watch = select.poll()
        watch.register(self.connection.pgconn.socket, select.POLLIN)
        return not watch.poll(0)
