"""The job runners' own database connection, which reconnects by itself.

If procrastinate's own connector loses its connection, the worker ends for good. With this one, a query waits until the
database answers again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from procrastinate.connector import BaseAsyncConnector, Notify
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import NoResult
from procrastinate.sync_psycopg_connector import wrap_exceptions
from psycopg import sql
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb

from helpdesk.operations.database_errors import first_line

logger = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 0.5  # seconds between two attempts to connect
LISTENED = 5.0  # seconds after which a silent connection is tested
CONNECTION_FAILED = (psycopg.OperationalError, psycopg.InterfaceError)
WORKER_LOCKS = 7_001  # class of the advisory locks that show which workers exist; the lock's key is the worker's ID
HOLD_LOCK = "SELECT pg_advisory_unlock_all(), pg_advisory_lock_shared(%(locks)s, %(worker)s)"


async def connect() -> psycopg.AsyncConnection[DictRow]:
    """A connection with Django's settings, in autocommit mode. Raises psycopg.OperationalError."""
    # Statements are not prepared: prepared ones fail once their table is altered.
    params = connector_params() | {"autocommit": True, "prepare_threshold": None, "row_factory": dict_row}
    params.pop("pool", None)
    return await psycopg.AsyncConnection.connect(**params)


async def _listen(connection: psycopg.AsyncConnection[DictRow], channels: Iterable[str]) -> None:
    for channel in channels:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


class JobConnector(BaseAsyncConnector):
    """One connection for queries, one at a time, and another that listens.

    `answered` is called after each query. `losses` counts lost connections: if it grew during a query, that query may
    have run twice.
    """

    def __init__(self, answered: Callable[[], None] = lambda: None) -> None:
        self.losses = 0
        self._held: dict[str, int] | None = None
        self._answered = answered
        self._turn = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[DictRow] | None = None

    async def open_async(self, pool: Any = None) -> None:
        """Does nothing; the first query connects."""

    async def close_async(self) -> None:
        """Close the connection."""
        if self._connection:
            await self._connection.close()
            self._connection = None

    async def hold_lock(self, worker_id: int) -> None:
        """Hold the lock that shows that this worker exists, on this and every later connection."""
        self._held = {"locks": WORKER_LOCKS, "worker": worker_id}
        await self._execute(HOLD_LOCK, self._held)

    async def execute_query_async(self, query: str, **arguments: Any) -> None:
        """Run the query. Raises procrastinate's ConnectorException if the database refuses it."""
        await self._execute(query, arguments)

    async def execute_query_one_async(self, query: str, **arguments: Any) -> dict[str, Any]:
        """The query's first row. Raises NoResult if there is none, otherwise like execute_query_async."""
        rows = await self._execute(query, arguments)
        if not rows:
            raise NoResult
        return rows[0]

    async def execute_query_all_async(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        """The query's rows; raises like execute_query_async."""
        return await self._execute(query, arguments)

    async def _execute(self, query: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        values = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in arguments.items()}
        async with self._turn:
            with wrap_exceptions():
                rows = await self._insist(query.encode(), values)
        self._answered()
        return rows

    async def _insist(self, query: bytes, values: dict[str, Any]) -> list[dict[str, Any]]:
        failures = 0
        while True:
            try:
                rows = await self._ask(query, values)
            except CONNECTION_FAILED as error:
                failures += 1
                self.losses += 1
                await self._wait(error, failures)
            else:
                if failures:
                    logger.warning("The jobs can use the database again.")
                return rows

    async def _ask(self, query: bytes, values: dict[str, Any]) -> list[dict[str, Any]]:
        if not self._connection:
            self._connection = await connect()
            if self._held:
                await self._connection.execute(HOLD_LOCK, self._held)
        cursor = await self._connection.execute(query, values)
        return await cursor.fetchall() if cursor.description else []

    async def _wait(self, error: psycopg.Error, failures: int) -> None:
        if failures == 1:
            logger.warning("The jobs cannot use the database: %s", first_line(error))
        await self.close_async()
        await asyncio.sleep(min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(failures, 8)))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Listen for new jobs until cancelled. Jobs missed while disconnected are found by polling."""
        failures = 0
        while True:
            try:
                async with await connect() as connection:
                    await _listen(connection, channels)
                    failures = 0
                    await self._hear(connection, on_notification)
            except CONNECTION_FAILED:
                failures += 1
                await asyncio.sleep(min(LONGEST_PAUSE, SHORTEST_PAUSE * 2 ** min(failures, 8)))

    async def _hear(self, connection: psycopg.AsyncConnection[DictRow], on_notification: Notify) -> None:
        while True:
            async for notification in connection.notifies(timeout=LISTENED):
                await on_notification(channel=notification.channel, payload=notification.payload)
            await connection.execute("SELECT 1")
