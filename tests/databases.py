"""Creates the tests' database by copying a migrated one, and empties it after tests that commit."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

MANAGE = [sys.executable, str(settings.BASE_DIR / "manage.py")]
MIGRATE = [sys.executable, "-m", "tests.migrating"]
# Procrastinate's tables, which are not among Django's.
JOBS = ["procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers"]
LET_AUDIT_LOG_GO = "PERFORM set_config('helpdesk.audit_retention', 'on', true);"
KEPT = {"django_content_type", "auth_permission"}  # made by migrations, changed by no test


def address_of(name: str) -> str:
    """The DATABASE_URL of another database on the same server."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def migrated_template() -> str:
    """The name of a migrated database to copy; it is created again whenever a migration changes."""
    name = f"template_{_digest_of_migrations()}"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext('template'))")  # held until the connection is closed
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _drop_databases(server, "template\\_%")
            server.execute("CREATE DATABASE template_draft")
            environment = os.environ | {"DATABASE_URL": address_of("template_draft")}
            subprocess.run(MIGRATE, cwd=settings.BASE_DIR, env=environment, check=True)
            server.execute(sql.SQL("ALTER DATABASE template_draft RENAME TO {}").format(sql.Identifier(name)))
    return name


def _drop_databases(server: psycopg.Connection, like: str) -> None:
    for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [like]).fetchall():
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _digest_of_migrations() -> str:
    digest = hashlib.sha256((settings.BASE_DIR / "requirements/development.txt").read_bytes())
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path, "migrations").glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


FILLED_BY_DELETING = "reports_stalemoment"  # rows that triggers add when others are deleted


def empty_database() -> None:
    """Delete every row that a test has committed.

    Most tables are nearly empty, so this is a hundred times as fast as Django's TRUNCATE of all of them. Like TRUNCATE,
    it waits for other writers, and blocks them until it is done.
    """
    names = {name for name in connection.introspection.django_table_names() if name not in KEPT}
    tables = [sql.Identifier(name) for name in sorted(names, key=lambda name: name == FILLED_BY_DELETING)]
    lock = sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE;").format(sql.SQL(", ").join(tables))
    tables += map(sql.Identifier, JOBS)
    deletions = sql.SQL("").join(sql.SQL("DELETE FROM {};").format(table) for table in tables)
    with connection.cursor() as cursor:
        statements = sql.SQL(LET_AUDIT_LOG_GO) + lock + deletions
        cursor.execute(sql.SQL("DO $$ BEGIN {} END $$").format(statements).as_string(cursor.connection))


def busy_connections() -> int:
    """How many other connections are currently active in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        count: int = cursor.fetchone()[0]
    return count


@contextmanager
def undone() -> Iterator[None]:
    """Roll back what is written in the block, so that many cases can start from the same state."""
    with transaction.atomic():
        yield
        connection.check_constraints()  # as Django does after a test
        transaction.set_rollback(True)


@contextmanager
def begun_with() -> Iterator[None]:
    """Wrap all tests of a folder in a transaction: rows written before the first test exist at the start of every test.

    Each test's own transaction is a savepoint in it. So no test commits, and SQL's `now()` is the start of the
    outermost.
    """
    world = transaction.atomic()
    world._from_testcase = True  # type: ignore[attr-defined]  # durable blocks may stand right within
    with world:
        yield
        transaction.set_rollback(True)
