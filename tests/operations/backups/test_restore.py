"""Restoring: everything or nothing, and no harm to existing data."""

import os

import psycopg
import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import OperationalError

from helpdesk.operations import setup_steps
from helpdesk.operations.backups import archive, database
from helpdesk.operations.setup_steps import SetupError
from tests.operations.backups.archives import KEY, rewritten
from tests.operations.backups.databases import rows

pytestmark = pytest.mark.usefixtures("in_english")
LEARNERS = "SELECT name FROM courses_learner"
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def restore(capsys):
    """What the command says."""

    def run(path, **options):
        call_command("restore", path, **options)
        return capsys.readouterr().out

    return run


def refusal(path, **options):
    """What it says where it refuses."""
    with pytest.raises(CommandError) as refused:
        call_command("restore", path, **options)
    return str(refused.value)


def test_an_empty_database_is_restored_to_the_backed_up_state(backup, target, restore):
    manifest = archive.read(backup, KEY)
    assert len(manifest.tables) > 50
    assert f"of {manifest.made_at}" in restore(backup)
    with target.connect() as session:
        assert database.checksums(session) == manifest.tables
    assert rows(target, "SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'unaccent')") == [(2,)]


def test_replace_overwrites_the_existing_data(backup, target, old_rows, restore):
    assert "not empty. With --replace" in refusal(backup)
    assert rows(target, LEARNERS) == old_rows
    assert "Restored and compared" in restore(backup, replace=True)
    assert rows(target, "SELECT count(email) FROM courses_learner") == [(0,)]


def test_setup_steps_run_after_the_data_is_restored(backup, target, restore, monkeypatch):
    seen = []
    monkeypatch.setattr(setup_steps, "_STEPS", [lambda: seen.append(rows(target, "SELECT count(*) FROM teams_team"))])
    restore(backup)
    assert seen == [[(0,)]]


def test_a_failing_setup_step_says_what_to_do(backup, target, monkeypatch):
    def fail():
        raise SetupError("Add the key.")

    monkeypatch.setattr(setup_steps, "_STEPS", [fail])
    assert refusal(backup) == "Add the key."
    with pytest.raises(CommandError, match="Add the key"):
        call_command("migrate", verbosity=0)


class TestFailedRestores:
    """A failed restore leaves the existing data unchanged."""

    @pytest.fixture(autouse=True)
    def _nothing_has_happened(self, target, old_rows):
        yield
        assert rows(target, LEARNERS) == old_rows
        assert rows(target, TABLES) == [(1,)]

    def test_a_truncated_dump_is_refused(self, backup, tmp_path):
        broken = rewritten(backup, tmp_path / "broken.backup", cut=3000)
        assert refusal(broken, replace=True).startswith("pg_restore: ")

    @pytest.mark.parametrize("changes", [{"teams_team": [1, "1"]}, {"a_table_that_is_gone": [0, "0"]}])
    def test_rows_that_differ_from_the_backup_are_refused(self, backup, tmp_path, changes):
        tables = archive.read(backup, KEY).tables | changes
        other = rewritten(backup, tmp_path / "other.backup", tables=tables)
        (name,) = changes
        assert refusal(other, replace=True) == f"After restoring, the table {name} is not what was backed up."

    def test_a_table_missing_from_the_backup_is_refused(self, backup, tmp_path):
        tables = archive.read(backup, KEY).tables
        del tables["teams_team"]
        other = rewritten(backup, tmp_path / "other.backup", tables=tables)
        assert "the table teams_team is not" in refusal(other, replace=True)

    def test_a_missing_postgresql_program_is_reported(self, backup, settings, tmp_path):
        settings.PG_BIN_DIR = str(tmp_path)
        assert "was not found: install PostgreSQL’s client programs" in refusal(backup, replace=True)

    def test_a_database_in_use_is_refused(self, backup, target):
        with target.connect():
            assert "in use (1 connections)" in refusal(backup, replace=True)


@pytest.mark.django_db(transaction=True)
def test_sessions_of_every_role_are_seen(target):
    role = f"helpdesk_test_{os.getpid()}"
    with target.connect() as session, target.connect():
        session.execute(f"CREATE ROLE {role}")
        session.execute(f"SET LOCAL ROLE {role}")
        assert session.execute(database.OTHER_SESSIONS).fetchone() == (1,)
        session.rollback()


def test_files_are_restored_to_their_backed_up_state(backup, target, house, restore):
    """One is there, one is another, one is of later."""
    folder = house / "var/attachments/2026/11"
    folder.mkdir(parents=True)
    for name, content in {"ab": b"a picture", "cd": b"a document, cut o", "ef": b"of later"}.items():
        (folder / name).write_bytes(content)
    same = (folder / "ab").stat().st_ino
    restore(backup)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files == {"ab": b"a picture", "cd": b"a document", "ef": b"of later"}
    assert (folder / "ab").stat().st_ino == same


def test_a_file_that_cannot_be_stored_is_reported(backup, target, monkeypatch):
    def refuse(name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storages["attachments"], "save", refuse)
    assert refusal(backup) == "The file 2026/11/ab cannot be kept: No space left on device"


def test_an_unreachable_database_is_reported(backup, target, monkeypatch):
    def refuse():
        raise OperationalError("connection refused\nmore")

    monkeypatch.setattr(database, "configured", refuse)
    assert refusal(backup) == "The database cannot be used: connection refused"


def test_a_database_error_is_reported(backup, target, monkeypatch):
    def refuse():
        raise psycopg.errors.InsufficientPrivilege("permission denied")

    monkeypatch.setattr(database, "configured", refuse)
    assert refusal(backup) == "The database cannot be used: permission denied"
