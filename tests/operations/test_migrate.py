"""Migrating beside running servers: a long reader delays the migration, not everybody else."""

import threading
import time
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from helpdesk.operations.management.commands import migrate
from helpdesk.operations.start_checks import is_migrated
from tests.servers import database_address

pytestmark = pytest.mark.django_db(transaction=True)
READ = "SELECT count(*) FROM operations_workerheartbeat"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", 1.5)
    monkeypatch.setattr(migrate, "PAUSE", 0.3)
    monkeypatch.setattr(migrate, "TOLD_FROM", 2)


@pytest.fixture(autouse=True)
def afterwards_migrated(transactional_db):
    yield
    call_command("migrate", verbosity=0)
    assert is_migrated()


@pytest.fixture
def reader():
    """A session in the middle of a long transaction that has read the table."""
    with psycopg.connect(database_address(), application_name="long report") as connection:
        connection.execute(READ)
        yield connection


def take_back(said=None):
    """Reverse the table's only migration, which needs an exclusive lock; returns its output."""
    said = said or StringIO()
    call_command("migrate", "operations", "zero", verbosity=0, stderr=said)
    return said.getvalue()


def test_a_migration_waits_for_a_reader_names_it_and_lets_others_pass(reader):
    waits, stderr = [], StringIO()

    def read_meanwhile():
        with psycopg.connect(database_address(), autocommit=True) as other:
            ends_at = time.monotonic() + 30
            while "in use by" not in stderr.getvalue() and time.monotonic() < ends_at:
                began = time.monotonic()
                other.execute(READ)
                waits.append(time.monotonic() - began)
                time.sleep(0.02)
        reader.rollback()

    meanwhile = threading.Thread(target=read_meanwhile)
    meanwhile.start()
    said = take_back(stderr)
    meanwhile.join()
    assert "Waiting for operations_workerheartbeat, which is in use" in said
    assert f"in use by session {reader.info.backend_pid} (postgres, long report, idle in transaction)" in said
    assert READ not in said
    assert not is_migrated()
    assert 1 < max(waits) < 3
    assert len(waits) > 20


def test_a_migration_gives_up_eventually_and_names_the_blocker(reader, monkeypatch):
    monkeypatch.setattr(migrate, "LONGEST", 0)
    with pytest.raises(CommandError, match=f"(?s)operations_workerheartbeat.*session {reader.info.backend_pid}"):
        take_back()
    reader.rollback()


def test_a_migration_runs_normally_if_nobody_blocks_it():
    assert take_back() == ""
    assert not is_migrated()
