"""Loads a dump into a database, in one transaction that is committed only if the rows equal those of the backup."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from psycopg import sql

from helpdesk.operations.backups.database import CHECKSUM, SESSION_FORMAT, TABLES, Database, failure, path_of
from helpdesk.operations.backups.errors import BackupError

# Extensions and their comments belong to the superuser, even if the database's owner may create them.
OPTIONS = ("--no-owner", "--no-privileges", "--no-comments")
BEGIN = "BEGIN; SET LOCAL client_min_messages = warning; SET LOCAL lock_timeout = '10s';\n"
CLEAR = "DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public;\n"
OUR_SCHEMA = re.compile(r"\d+; 2615 \d+ SCHEMA - public ")  # in the dump's table of contents: it exists already
CHECK = """
DO $check$
DECLARE
    expected CONSTANT jsonb := {expected};
    restored jsonb := '{{}}';
    sums jsonb;
    name text;
BEGIN
    FOR name IN {tables} LOOP
        EXECUTE format({checksum}, name) INTO sums;
        restored := restored || jsonb_build_object(name, sums);
    END LOOP;
    SELECT key INTO name FROM jsonb_each(expected) AS wanted FULL JOIN jsonb_each(restored) AS had USING (key)
    WHERE wanted.value IS DISTINCT FROM had.value ORDER BY key LIMIT 1;
    IF name IS NOT NULL THEN RAISE EXCEPTION 'not what was backed up: %', name; END IF;
END $check$;
COMMIT;
"""
DIFFERENT = re.compile(r"not what was backed up: (\w+)")


def load(database: Database, dump: Path, tables: dict[str, list[Any]], *, clear: bool) -> None:
    """Load everything and compare, after dropping all that is there if `clear`; on failure nothing changes.

    Raises BackupError.
    """
    command = database.command("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1")
    with tempfile.TemporaryFile("w+", dir=dump.parent, errors="replace") as said:
        psql = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=database.environment
        )
        assert psql.stdin  # noqa: S101
        try:
            with psql.stdin as script:
                script.write((BEGIN + (CLEAR if clear else "")).encode())
                _write_dump(database, dump, script)
                script.write(_check(tables).encode())  # the COMMIT fails too, so nothing has changed
        except BrokenPipeError:
            pass  # psql ended, and its message says why
        finally:
            psql.wait()
        if psql.returncode:
            said.seek(0)
            raise _failure(said.read())


def _write_dump(database: Database, dump: Path, script: IO[bytes]) -> None:
    """Write the dump's SQL statements. Raises BackupError, or BrokenPipeError if the reader has ended."""
    entries = dump.with_suffix(".entries")
    listed = subprocess.run(  # noqa: S603
        [path_of("pg_restore"), "--list", dump], env=database.environment, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise failure("pg_restore", listed.stderr)
    entries.write_text("".join(line for line in listed.stdout.splitlines(True) if not OUR_SCHEMA.match(line)))
    command = [path_of("pg_restore"), *OPTIONS, f"--use-list={entries}", "--file=-", str(dump)]
    with tempfile.TemporaryFile("w+", dir=dump.parent, errors="replace") as said:
        restore = subprocess.Popen(  # noqa: S603
            command, stdout=subprocess.PIPE, stderr=said, env=database.environment
        )
        assert restore.stdout  # noqa: S101
        try:
            with restore.stdout as statements:
                shutil.copyfileobj(statements, script)
        finally:
            restore.wait()
        if restore.returncode:
            said.seek(0)
            raise failure("pg_restore", said.read())


def _check(tables: dict[str, list[Any]]) -> str:
    check = sql.SQL(CHECK).format(
        expected=sql.Literal(json.dumps(tables)),
        tables=sql.SQL(TABLES),
        checksum=sql.Literal(CHECKSUM.format("%I")),
    )
    return f"{SESSION_FORMAT};\n{check.as_string(None)}"


def _failure(said: str) -> BackupError:
    if different := DIFFERENT.search(said):
        return BackupError(_("After restoring, the table %s is not what was backed up.") % different[1])
    return failure("psql", said)
