"""An empty database for verifying a backup, on the server of the real one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from helpdesk.operations.backups.database import Database
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.database_errors import first_line

# A lock that is held while the database is in use; databases of killed processes are recognized by its absence.
LOCK = "SELECT pg_advisory_lock(hashtextextended(%s, 0))"
TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
UNLOCK = "SELECT pg_advisory_unlock(hashtextextended(%s, 0))"


@contextmanager
def temporary_database(database: Database) -> Iterator[Database]:
    """Create an empty database and drop it afterwards. Databases that killed processes left are dropped first.

    Raises BackupError if none can be created.
    """
    with database.connect(autocommit=True) as session:
        prefix = _prefix_for(session.info.dbname)
        name = prefix + secrets.token_hex(8)
        try:
            _drop_stale(session, prefix)
            session.execute(LOCK, [name])
            session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise BackupError(
                _(
                    "No database can be created to verify the backup in (%s). Give the user the right: ALTER ROLE … "
                    "CREATEDB."
                )
                % first_line(error)
            ) from None
        try:
            yield database.named(name)
        finally:
            _drop(session, name)


def _prefix_for(name: str) -> str:
    """Names the real database, because only sessions of the same database see each other's locks."""
    return f"helpdesk_temporary_{hashlib.sha256(name.encode()).hexdigest()[:8]}_"


def _drop_stale(session: psycopg.Connection[Any], prefix: str) -> None:
    found = session.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
    for (name,) in found:
        row = session.execute(TRY_LOCK, [name]).fetchone()
        if row and row[0]:
            _drop(session, name)
            session.execute(UNLOCK, [name])


def _drop(session: psycopg.Connection[Any], name: str) -> None:
    session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
