"""The tests' database: copied from one that is migrated already, and emptied after a test that commits."""

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
# Tables of the library, which Django does not know as its own.
JOBS = ["procrastinate_periodic_defers", "procrastinate_jobs", "procrastinate_workers"]
LET_AUDIT_LOG_GO = "PERFORM set_config('helpdesk.audit_retention', 'on', true);"
KEPT = {"django_content_type", "auth_permission"}  # made by migrations, changed by no test


def address_of(name: str) -> str:
    """The DATABASE_URL of a database beside the configured one."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def migrated_template() -> str:
    """The name of a migrated database, to be copied; a change of a migration makes another one of it."""
    name = f"template_{_digest_of_migrations()}"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(hashtext('template'))")  # until the connection ends
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


FILLED_BY_DELETING = "reports_stalemoment"  # by triggers


def empty_database() -> None:
    """Delete every row that a test has committed.

    The many tables are nearly empty, where Django's TRUNCATE of all of them takes a hundred times as long. As with
    TRUNCATE, whoever still writes is waited for, and writes no more until it is done.
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
    """How many others are at work in this database just now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        count: int = cursor.fetchone()[0]
    return count


@contextmanager
def undone() -> Iterator[None]:
    """What is written within is gone afterwards, so that many cases begin in the same world."""
    with transaction.atomic():
        yield
        connection.check_constraints()  # as Django does at the end of a test
        transaction.set_rollback(True)


@contextmanager
def begun_with() -> Iterator[None]:
    """Around the tests of a folder: what is written before they run stands at the beginning of each, until the last.

    The transaction of each test is a savepoint within this one: none of them commits, and `now()` of SQL is the first.
    """
    world = transaction.atomic()
    world._from_testcase = True  # type: ignore[attr-defined]  # durable blocks may stand right within
    with world:
        yield
        transaction.set_rollback(True)
