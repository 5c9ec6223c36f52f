"""What each of the doctor's checks finds, and what it says to do."""

import os
import shutil
import socket
import threading
from collections import namedtuple
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone, translation

from helpdesk.operations import clock
from helpdesk.operations.backups.rotation import name_of
from helpdesk.operations.doctor import database_checks, findings, machine_checks
from helpdesk.operations.doctor.findings import Level, run_checks
from helpdesk.operations.heartbeat import Heartbeat
from helpdesk.operations.models import WorkerHeartbeat
from tests.factories import source_of
from tests.operations.checks import WELL, levels, only
from tests.webhooks.sender import learner_help, send
from webhooks.doctor import check_deliveries
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Usage = namedtuple("Usage", "total used free")


class TestDatabase:
    def test_our_own_database_passes(self, monkeypatch):
        monkeypatch.setattr(database_checks, "is_synchronized", lambda: True)
        assert set(levels(database_checks.check_database())) == {Level.OK}
        assert set(levels(database_checks.check_migrations())) == {Level.OK}
        assert set(levels(database_checks.check_clock())) == {Level.OK}

    def test_an_unreachable_database_is_reported_and_stops_no_other_check(self, monkeypatch):
        def refuse(*arguments, **options):
            raise OperationalError("connection refused\nmore")

        monkeypatch.setattr(connection, "cursor", refuse)
        monkeypatch.setattr(connection, "close", lambda: None)
        assert "connection refused" in only(database_checks.check_database()).text
        monkeypatch.setattr(findings, "_CHECKS", ["webhooks.doctor.check_deliveries", WELL])
        assert levels(run_checks()) == [Level.FAIL, Level.OK]

    def test_missing_migrations_are_reported(self, monkeypatch):
        monkeypatch.setattr(database_checks, "is_migrated", lambda: False)
        assert "manage.py migrate" in only(database_checks.check_migrations()).to_do

    def test_a_different_secret_key_is_reported(self, use_keys):
        source_of()
        use_keys("another-key-0123456789-abcdefghijklmnopqrstuvwxyz")
        found = list(database_checks.check_migrations())
        assert found[-1].level == Level.FAIL
        assert "SigningKey" in found[-1].text

    def test_a_prerelease_version_is_reported(self, monkeypatch):
        answers = iter([("PostgreSQL 18beta1 on x86_64", 18), ("off",), (1, 100)])

        class Cursor:
            def __enter__(self):
                return self

            def __exit__(self, *error):
                return False

            def execute(self, query):
                pass

            def fetchone(self):
                return next(answers)

            def fetchall(self):
                return [("pg_trgm",), ("unaccent",)]

        monkeypatch.setattr(connection, "cursor", Cursor)
        found = list(database_checks.check_database())
        assert (found[0].level, found[0].text) == (Level.OK, "PostgreSQL 18beta1")

    def test_a_missing_extension_is_reported(self):
        with connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION unaccent CASCADE")
        found = list(database_checks.check_database())[-1]
        assert (found.level, found.to_do) == (Level.FAIL, "As superuser: CREATE EXTENSION unaccent;")

    @pytest.mark.parametrize(("seconds", "level"), [(1, Level.OK), (5, Level.WARN), (-3600, Level.FAIL)])
    def test_a_wrong_clock_is_reported(self, monkeypatch, seconds, level):
        theirs = timezone.now() + timedelta(seconds=seconds)
        monkeypatch.setattr(database_checks, "database_now", lambda: theirs)
        monkeypatch.setattr(database_checks, "is_synchronized", lambda: None)
        assert only(database_checks.check_clock()).level == level

    @pytest.mark.parametrize(("state", "level"), [(0, Level.OK), (5, Level.WARN), (-1, Level.OK)])
    def test_an_unsynchronized_clock_is_reported(self, monkeypatch, state, level):
        kernel = SimpleNamespace(adjtimex=lambda asked: state)
        monkeypatch.setattr("ctypes.CDLL", lambda name: kernel)
        assert only(database_checks.check_clock()).level == level

    def test_a_kernel_that_does_not_say_leaves_synchronization_unknown(self, monkeypatch):
        monkeypatch.setattr("ctypes.CDLL", lambda name: SimpleNamespace())
        assert clock.is_synchronized() is None


def keep_backup(folder, hours):
    """One that was begun so many hours ago."""
    path = folder / name_of(timezone.now() - timedelta(hours=hours))
    path.write_bytes(b"rows")
    path.chmod(0o600)
    return path


class TestMachine:
    @pytest.mark.parametrize(
        ("silence", "level"),
        [(None, Level.FAIL), (3, Level.OK), (60, Level.FAIL)],
        ids=["never", "now", "a minute ago"],
    )
    def test_the_level_depends_on_the_workers_silence(self, silence, level):
        if silence is not None:
            WorkerHeartbeat.objects.create(name="machine:1")
            WorkerHeartbeat.objects.update(seen_at=F("seen_at") - timedelta(seconds=silence))
        assert only(machine_checks.check_worker()).level == level

    def test_a_worker_with_another_file_folder_is_reported(self, own_folders, settings, tmp_path):
        heartbeat = Heartbeat([], threading.Event())
        heartbeat.beat()
        assert list(machine_checks.check_workers_files()) == []
        settings.VAR_DIR = tmp_path / "of another machine"
        found = only(machine_checks.check_workers_files())
        assert found.level == Level.WARN
        assert found.text.startswith(socket.gethostname())
        WorkerHeartbeat.objects.update(seen_at=F("seen_at") - timedelta(minutes=1))
        assert list(machine_checks.check_workers_files()) == []

    def test_a_worker_removes_the_marks_of_workers_long_gone(self, own_folders):
        (own_folders / "workers").mkdir()
        (own_folders / "workers/gone:1").touch()
        WorkerHeartbeat.objects.create(name="other:1")
        (own_folders / "workers/other:1").touch()
        Heartbeat([], threading.Event()).beat()
        assert sorted(path.name for path in (own_folders / "workers").iterdir()) == sorted(
            WorkerHeartbeat.objects.values_list("name", flat=True)
        )

    def test_a_worker_beats_even_if_it_cannot_leave_a_mark(self, own_folders):
        (own_folders / "workers").write_text("in the way")
        Heartbeat([], threading.Event()).beat()
        assert WorkerHeartbeat.objects.exists()

    @pytest.mark.parametrize(("free", "level"), [(50 * 2**30, Level.OK), (3 * 2**30, Level.WARN), (2**20, Level.FAIL)])
    def test_the_level_depends_on_free_disk_space(self, monkeypatch, free, level):
        monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(100 * 2**30, 0, free))
        assert only(machine_checks.check_disk()).level == level

    def test_an_unwritable_folder_is_reported(self, monkeypatch):
        monkeypatch.setattr(os, "access", lambda *arguments: False)
        assert only(machine_checks.check_disk()).level == Level.FAIL

    @pytest.mark.parametrize(("hours", "level"), [(1, Level.OK), (30, Level.WARN), (24 * 9, Level.FAIL)])
    def test_the_level_depends_on_the_age_of_the_newest_backup(self, settings, tmp_path, hours, level):
        settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path, "x" * 30
        (tmp_path / "helpdesk-nonsense.backup").touch()
        (tmp_path / "helpdesk-20269999T999999Z.backup").touch()
        keep_backup(tmp_path, hours)
        assert only(machine_checks.check_backups()).level == level

    def test_missing_backups_are_reported(self, settings, tmp_path):
        settings.BACKUP_DIR = tmp_path / "nothing"
        assert only(machine_checks.check_backups()).level == Level.FAIL

    def test_empty_and_future_backups_are_reported(self, settings, tmp_path):
        settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path, "x" * 30
        newest = keep_backup(tmp_path, 1)
        newest.write_bytes(b"")
        found = only(machine_checks.check_backups())
        assert (found.level, found.text) == (Level.FAIL, f"{newest.name} is empty.")
        future = keep_backup(tmp_path, -24)
        found = only(machine_checks.check_backups())
        assert (found.level, found.text) == (Level.FAIL, f"{future.name} is dated in the future.")

    def test_backups_readable_by_others_are_reported(self, settings, tmp_path):
        settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path, ""
        keep_backup(tmp_path, 1).chmod(0o644)
        found = list(machine_checks.check_backups())
        assert levels(found) == [Level.OK, Level.WARN, Level.WARN]
        assert "can read" in found[1].text
        assert found[2].text == "They are not encrypted."

    @pytest.mark.parametrize(
        ("said", "levels_found"),
        [("pg_dump (PostgreSQL) 99.1", []), ("pg_dump (PostgreSQL) 15.18 (Debian)", [Level.FAIL]), ("?", [Level.FAIL])],
    )
    def test_programs_older_than_the_server_are_reported(self, settings, tmp_path, said, levels_found):
        program = tmp_path / "pg_dump"
        program.write_text(f"#!/bin/sh\necho '{said}'\n")
        program.chmod(0o755)
        settings.PG_BIN_DIR = str(tmp_path)
        found = list(machine_checks.check_backup_programs())
        assert levels(found) == levels_found
        assert all(said in finding.text and "PG_BIN_DIR" in finding.to_do for finding in found)

    def test_missing_backup_programs_are_reported(self, settings, tmp_path):
        settings.PG_BIN_DIR = str(tmp_path)
        assert only(machine_checks.check_backup_programs()).level == Level.FAIL

    def test_a_check_silenced_by_the_operator_is_not_reported(self, settings):
        settings.IS_HTTPS, settings.SESSION_COOKIE_SECURE = True, False
        settings.SILENCED_SYSTEM_CHECKS = ["security.W012"]
        assert "security.W012" not in " ".join(finding.text for finding in machine_checks.check_settings())

    def test_unsafe_settings_are_reported(self, settings):
        def said():
            return " ".join(finding.text for finding in machine_checks.check_settings())

        settings.IS_HTTPS, settings.SESSION_COOKIE_SECURE = True, True
        assert "security.W012" not in said()
        settings.SESSION_COOKIE_SECURE = False
        assert "security.W012" in said()
        settings.IS_HTTPS = False  # that it is not is told once, as such
        assert "security.W012" not in said()


class TestWaiting:
    def test_events_waiting_for_too_long_are_reported(self, client):
        assert only(check_deliveries()).text == "None are waiting."
        send(client, source_of(), learner_help())
        assert only(check_deliveries()).level == Level.OK
        Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=30))
        translation.activate("en")  # the request has left its own
        found = only(check_deliveries())
        assert (found.level, found.text[:6]) == (Level.WARN, "1 wait")
