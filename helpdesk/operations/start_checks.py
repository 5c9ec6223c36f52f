"""Checks before a server or a worker starts."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk.operations.database_errors import DATABASE_IS_AWAY, first_line
from helpdesk.operations.encryption import fields_of_another_key
from helpdesk.operations.time_limits import limit_statements

logger = logging.getLogger(__name__)

PAUSE = 1.0  # seconds
REQUEST_LIMIT = 10.0  # seconds, only for this check
ROUNDS = 20  # repetitions; a busy pooler may return the same session a few times


def is_migrated() -> bool:
    """Whether every migration of this version is applied; there may be newer ones."""
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def check_migrated() -> None:
    """Raises CommandError, which says what to do, or DATABASE_IS_AWAY if the database cannot be reached."""
    if not is_migrated():
        raise CommandError("The database lacks migrations of this version. Run `manage.py setup` first.")


def check_start() -> None:
    """Raises what check_migrated() does, and CommandError if SECRET_KEY does not decrypt the stored secrets."""
    check_migrated()
    fields = fields_of_another_key()
    if fields:
        raise CommandError(
            f"The secrets in the database ({', '.join(fields)}) were encrypted with another SECRET_KEY. Set SECRET_KEY "
            "(and SALT_KEY, where it was set) to what it was, or add that value to SECRET_KEY_FALLBACKS."
        )


def check_sessions() -> None:
    """Raises CommandError if a pooler shares our connections between transactions; DATABASE_IS_AWAY.

    Workers need session locks and LISTEN, which such a pooler loses. It is recognized by connections that are open at
    the same time but share a session, or change theirs.
    """
    params = connection.get_connection_params() | {"autocommit": True, "cursor_factory": psycopg.Cursor}
    params.pop("pool", None)
    with ExitStack() as stack:
        opened = [stack.enter_context(psycopg.connect(**params)) for _ in range(3)]
        rounds = {
            tuple(each.execute("SELECT pg_backend_pid()").fetchone() for each in opened) for _round in range(ROUNDS)
        }
    (sessions, *others) = rounds
    if others or len(set(sessions)) < len(opened):
        raise CommandError(
            "DATABASE_URL leads through a pooler that shares connections by transaction. A worker needs its own: name "
            "the database itself, or a pool by session. (`manage.py serve --without-worker` may use the pooler.)"
        )


def check_requests() -> None:
    """Raises CommandError if a pooler refuses the start-up options of requests' connections, which set time limits.

    Raises DATABASE_IS_AWAY if there is no connection.
    """
    with ThreadPoolExecutor(1) as thread:  # limits belong to a thread, so this one is set in a thread of its own
        params = thread.submit(_params_of_requests).result()
    try:
        with psycopg.connect(**params) as opened:
            opened.execute("SELECT 1")
    except psycopg.OperationalError as error:
        if "startup parameter" not in str(error):
            raise
        raise CommandError(
            f"DATABASE_URL leads through a pooler that refuses the limits of time of our connections "
            f"({first_line(error)}). Have it ignore them, in pgbouncer by `ignore_startup_parameters = options`, and "
            "set PREPARED_STATEMENTS=false where it shares connections by transaction."
        ) from None


def _params_of_requests() -> dict[str, Any]:
    limit_statements(REQUEST_LIMIT)
    params: dict[str, Any] = connection.get_connection_params()
    return {name: value for name, value in params.items() if name not in {"pool", "cursor_factory"}}


def wait_and_check_start() -> None:
    """Wait for the database as long as it takes, then check what a worker needs. Raises CommandError."""
    is_said = False
    while True:
        try:
            check_start()
            check_sessions()
        except DATABASE_IS_AWAY as error:
            connection.close()
            if not is_said:
                logger.warning("Waiting for the database: %s", first_line(error))
                is_said = True
            time.sleep(PAUSE)
        else:
            return
