"""The database of a backup: dumped, restored and compared, by PostgreSQL's own programs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.conninfo import make_conninfo

from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.services import first_line

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# The same for the same rows, in whatever order they lie, on every version of PostgreSQL.
FACTS = """
    SELECT count(*), coalesce(sum(('x' || left(md5(kept::text), 15))::bit(60)::bigint), 0)::text FROM public.{} AS kept
"""
# A row as text looks the same in every session.
LOOK = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'"
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Database:
    """Where a database is, and how to get in."""

    address: str
    password: str

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """A connection of its own, without the limits of a request. Raises psycopg.Error."""
        return psycopg.connect(self.address, password=self.password or None, **options)

    def named(self, name: str) -> Database:
        """Another database on the same server."""
        return replace(self, address=make_conninfo(self.address, dbname=name))

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Raises BackupError with what it said."""
        where = shutil.which(program, path=settings.PG_BIN_DIR or None)
        if not where:
            raise BackupError(
                _("%s is not there: install PostgreSQL’s client programs, or name their folder in PG_BIN_DIR.")
                % program
            )
        environment = os.environ | ({"PGPASSWORD": self.password} if self.password else {})
        command = [where, f"--dbname={self.address}", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["?"])[0]
            if "version mismatch" in done.stderr or "unsupported version" in done.stderr:
                said += " " + _("Name a folder with the programs of the server’s version in PG_BIN_DIR.")
            raise BackupError(f"{program}: {said}")


def configured() -> Database:
    """The one of DATABASE_URL. Raises DATABASE_IS_AWAY."""
    connection.ensure_connection()
    info = connection.connection.info
    parameters = {name: value for name, value in info.get_parameters().items() if name != "options"}
    return Database(make_conninfo(**parameters), info.password)


@contextmanager
def snapshot(database: Database) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A transaction that sees one moment of the database, and the name by which others see the same."""
    with database.connect() as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        yield session, row[0] if row else ""


def dump(database: Database, name: str, path: Path) -> None:
    """Write what the snapshot of that name sees into a file, in PostgreSQL's custom format."""
    database.run("pg_dump", "--format=custom", f"--snapshot={name}", f"--file={path}")


def restore(database: Database, path: Path) -> None:
    """Make all of it, or nothing."""
    # Extensions belong to the superuser even where the owner of the database may make them, comments with them.
    options = ["--no-owner", "--no-privileges", "--no-comments", "--exit-on-error", "--single-transaction"]
    database.run("pg_restore", *options, str(path))


def facts_of(session: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """Of every table the number of its rows and their hash."""
    session.execute(LOOK)
    facts = {}
    for (table,) in session.execute(TABLES).fetchall():
        row = session.execute(sql.SQL(FACTS).format(sql.Identifier(table))).fetchone()
        facts[table] = list(row or [])
    return facts


def compare(database: Database, wanted: dict[str, list[Any]]) -> None:
    """Raises BackupError where a table is missing, or its rows are not those of the backup."""
    with database.connect() as session:
        found = facts_of(session)
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise BackupError(_("After restoring, the table %s is not what was backed up.") % wrong[0])


@contextmanager
def scratch(database: Database) -> Iterator[Database]:
    """A database beside that one, empty, and gone afterwards. Raises BackupError."""
    name = f"helpdesk_scratch_{os.getpid()}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with database.connect(autocommit=True) as session:
        try:
            session.execute(drop)
            session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise BackupError(
                _("No database can be made to verify in (%s). Give the user the right: ALTER ROLE … CREATEDB.")
                % first_line(error)
            ) from None
        try:
            yield database.named(name)
        finally:
            session.execute(drop)


def analyze(database: Database) -> None:
    """Have the planner know at once what lies in the tables."""
    with database.connect(autocommit=True) as session:
        session.execute("ANALYZE")


def is_empty(database: Database) -> bool:
    """Whether there is no table in it."""
    with database.connect() as session:
        return not session.execute(TABLES).fetchall()


def users_of(database: Database) -> int:
    """How many others are connected to it."""
    with database.connect() as session:
        row = session.execute(OTHERS).fetchone()
        return row[0] if row else 0


def clear(database: Database) -> None:
    """Drop every table with all rows."""
    with database.connect(autocommit=True) as session:
        session.execute("DROP SCHEMA public CASCADE")
        session.execute("CREATE SCHEMA public")
