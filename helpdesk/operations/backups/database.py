"""Dumps, restores and compares the database, with PostgreSQL's own programs."""

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
from helpdesk.operations.postgresql.catalog import EXTENSIONS, IS_CLIENT_SESSION

TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
# The same for the same rows, in any physical order and on every version of PostgreSQL.
CHECKSUM = """
    SELECT jsonb_build_array(
        count(*), coalesce(sum(('x' || left(md5(kept::text), 15))::bit(60)::bigint), 0)::text
    ) FROM public.{} AS kept
"""
# So that a row is written as the same text in every session.
SESSION_FORMAT = "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'"
OTHER_SESSIONS = f"""
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND {IS_CLIENT_SESSION}
"""  # noqa: S608 - of constants


@dataclass(frozen=True)
class Database:
    """A database's address and login."""

    address: str
    password: str

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        """A new connection without the limits of a request. Raises psycopg.Error."""
        return psycopg.connect(self.address, password=self.password or None, **options)

    def named(self, name: str) -> Database:
        """Another database on the same server."""
        return replace(self, address=make_conninfo(self.address, dbname=name))

    def command(self, program: str, *arguments: str) -> list[str]:
        """The command line of one of PostgreSQL's programs for this database. Raises BackupError if it is not
        installed.
        """
        return [path_of(program), f"--dbname={self.address}", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for such a program."""
        return os.environ | ENGLISH | ({"PGPASSWORD": self.password} if self.password else {})


ENGLISH = {"LC_ALL": "C"}  # their messages are searched


def path_of(program: str) -> str:
    """The path of one of PostgreSQL's programs. Raises BackupError."""
    path = shutil.which(program, path=settings.PG_BIN_DIR or None)
    if not path:
        raise BackupError(
            _("%s was not found: install PostgreSQL’s client programs, or set PG_BIN_DIR to their folder.") % program
        )
    return path


def failure(program: str, said: str) -> BackupError:
    """The error to raise after a program failed with this output."""
    lines = said.strip().splitlines() or ["?"]
    sentence = next((line for line in lines if "error:" in line.lower()), lines[0])
    if "version mismatch" in said or "unsupported version" in said:
        sentence += " " + _("Set PG_BIN_DIR to a folder with the programs of the server’s version.")
    return BackupError(f"{program}: {sentence}")


def configured() -> Database:
    """The database of DATABASE_URL. Raises DATABASE_IS_AWAY."""
    connection.ensure_connection()
    info = connection.connection.info
    parameters = {name: value for name, value in info.get_parameters().items() if name != "options"}
    return Database(make_conninfo(**parameters), info.password)


@contextmanager
def snapshot(database: Database) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A transaction with a consistent view of the database, and the snapshot ID with which others can share it."""
    with database.connect() as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        row = session.execute("SELECT pg_export_snapshot()").fetchone()
        yield session, row[0] if row else ""


def dump(database: Database, name: str, path: Path) -> None:
    """Dump that snapshot to a file, in PostgreSQL's custom format.

    Leaves out schemas that the operator added, and extensions other than ours, which need rights to create.
    """
    ours = ["--schema=public", *(f"--extension={extension}" for extension in EXTENSIONS)]
    command = database.command("pg_dump", "--format=custom", *ours, f"--snapshot={name}", f"--file={path}")
    done = subprocess.run(command, env=database.environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise failure("pg_dump", done.stderr)


def checksums(session: psycopg.Connection[Any]) -> dict[str, list[Any]]:
    """The row count and hash of every table."""
    session.execute(SESSION_FORMAT)
    sums = {}
    for (table,) in session.execute(TABLES).fetchall():
        row = session.execute(sql.SQL(CHECKSUM).format(sql.Identifier(table))).fetchone()
        sums[table] = list(row[0] if row else [])
    return sums


def analyze(database: Database) -> None:
    """Update the planner's statistics."""
    with database.connect(autocommit=True) as session:
        session.execute("ANALYZE")


def is_empty(database: Database) -> bool:
    """Whether it has no tables."""
    with database.connect() as session:
        return not session.execute(TABLES).fetchall()


def users_of(database: Database) -> int:
    """How many other sessions are connected to it."""
    with database.connect() as session:
        row = session.execute(OTHER_SESSIONS).fetchone()
        return row[0] if row else 0
