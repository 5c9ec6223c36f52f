"""Making a backup: it is there once it is good, and bare rows never lie where backups are."""

import fcntl
import runpy
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from helpdesk.operations.backups import archive, create, database
from helpdesk.operations.backups.errors import BackupError
from helpdesk.operations.backups.rotation import name_of
from helpdesk.operations.backups.working_folder import working_folder
from tests.operations.backups.archives import KEY

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("in_english")]


def names_in(folder: Path) -> list[str]:
    """What lies there, but for the lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock") if folder.is_dir() else []


def refusal(**options):
    """What the command says where it fails."""
    with pytest.raises(CommandError) as refused:
        call_command("backup", **options)
    return str(refused.value)


def test_a_backup_is_created_and_verified(house, team, capsys):
    call_command("backup")
    said = capsys.readouterr().out
    (name,) = names_in(house / "backups")
    assert "Restored and compared: " in said
    assert said.rstrip().endswith(", encrypted)")
    assert (house / "backups" / name).stat().st_mode & 0o077 == 0
    assert names_in(house / "var/tmp") == []
    assert (house / "var/tmp").stat().st_mode & 0o077 == 0
    assert archive.read(house / "backups" / name, KEY).tables["teams_team"][0] == 1


def test_without_a_key_it_is_reported_as_not_encrypted(house, settings, capsys):
    settings.BACKUP_KEY = ""
    call_command("backup", no_verify=True)
    assert capsys.readouterr().out.rstrip().endswith(", not encrypted)")


def test_another_schema_is_omitted(house):
    with database.configured().connect(autocommit=True) as session:
        session.execute("CREATE SCHEMA of_the_operator CREATE TABLE kept (n int)")
        try:
            call_command("backup")
        finally:
            session.execute("DROP SCHEMA of_the_operator CASCADE")
    assert len(names_in(house / "backups")) == 1


class TestFailedBackups:
    """A failed backup is removed, and earlier ones are kept."""

    @pytest.fixture(autouse=True)
    def _older(self, house):
        (house / "backups").mkdir()
        older = [f"helpdesk-2020010{day}T000000Z.backup" for day in (1, 2)]
        for name in older:
            (house / "backups" / name).touch()
        yield
        assert names_in(house / "backups") == older
        assert names_in(house / "var/tmp") == []

    def test_a_backup_that_differs_from_the_database(self, monkeypatch):
        monkeypatch.setattr(database, "checksums", lambda session: {"teams_team": [1, "1"]})
        assert "is not what was backed up" in refusal(hours=0, days=1, weeks=0, months=0)

    def test_a_backup_that_cannot_be_verified(self, monkeypatch):
        def refuse(*arguments, **options):
            raise OSError(28, "No space left on device", "database.dump")

        monkeypatch.setattr(archive, "read", refuse)
        assert refusal() == "database.dump cannot be written: No space left on device"

    def test_a_killed_backup(self, monkeypatch):
        def kill(*arguments):
            raise KeyboardInterrupt

        monkeypatch.setattr(create, "try_in", kill)
        with pytest.raises(KeyboardInterrupt):
            call_command("backup")

    def test_a_missing_program(self, settings, tmp_path):
        settings.PG_BIN_DIR = str(tmp_path)
        assert "pg_dump was not found" in refusal()

    def test_a_weak_key(self, settings):
        settings.BACKUP_KEY = "short"
        assert "The key is too short" in refusal()

    def test_an_unreachable_database(self, monkeypatch):
        def refuse():
            raise OperationalError("connection refused\nmore")

        monkeypatch.setattr(database, "configured", refuse)
        assert refusal() == "The database cannot be used: connection refused"

    def test_a_concurrent_backup(self, house):
        with (house / "backups/.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            assert "Another backup or restore is running" in refusal()


def test_an_unwritable_folder_is_reported(house):
    assert "cannot be written" in refusal(to=Path("/proc/nothing"))


def test_a_second_backup_in_the_same_second_is_refused(house):
    now = timezone.now()
    (house / "backups").mkdir()
    (house / "backups" / name_of(now)).touch()
    with pytest.raises(BackupError, match="already exists"):
        create.create(house / "backups", KEY, verify=False, now=now)


def test_a_returned_backup_can_be_verified(backup, house, capsys):
    call_command("backup", verify_only=backup)
    assert capsys.readouterr().out.startswith("Restored and compared: ")
    assert not (house / "backups").exists()


def test_leftovers_of_a_killed_backup_are_removed_by_the_next(house):
    for left in ("var/tmp/backup-killed/database.dump", "backups/.draft-helpdesk-20200101T000000Z.backup"):
        (house / left).parent.mkdir(parents=True)
        (house / left).touch()
    call_command("backup", no_verify=True)
    assert names_in(house / "var/tmp") == []
    assert [name[:9] for name in names_in(house / "backups")] == ["helpdesk-"]


def test_nothing_is_removed_while_another_backup_is_running(house):
    with working_folder() as place:
        assert "is running" in refusal()
        assert place.is_dir()
    assert not place.exists()


def test_old_backups_are_deleted_and_other_files_kept(house, capsys):
    (house / "backups").mkdir()
    for name in ("helpdesk-20200101T000000Z.backup", "helpdesk-20200101T120000Z.backup", "letter.txt"):
        (house / "backups" / name).touch()
    call_command("backup", no_verify=True, days=2)
    assert "Deleted helpdesk-20200101T000000Z.backup" in capsys.readouterr().out
    kept = names_in(house / "backups")
    assert "helpdesk-20200101T000000Z.backup" not in kept
    assert {"helpdesk-20200101T120000Z.backup", "letter.txt"} <= set(kept)


def test_an_empty_backup_folder_setting_means_the_default(monkeypatch):
    monkeypatch.setenv("BACKUP_DIR", "")
    values = runpy.run_path(str(project_settings.BASE_DIR / "helpdesk/settings/operations.py"))
    assert values["BACKUP_DIR"] == Path(project_settings.VAR_DIR) / "backups"
