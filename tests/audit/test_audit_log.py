"""The audit log: it cannot be changed, and it keeps nobody from working."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpdesk.audit import tasks
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.recording import Kind, record_audit
from tests.audit.entries import freeze_time
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


class TestGuard:
    """The database changes nothing of it."""

    @pytest.fixture
    def event(self, team):
        record_audit(team.pk, Kind.SETTINGS_CHANGED, details="name")
        return AuditEvent.objects.get()

    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_auditevent SET actor_name = ''", "DELETE FROM audit_auditevent"]
    )
    def test_the_database_refuses_changes(self, event, statement):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(AuditEvent._meta.db_table))
        assert AuditEvent.objects.get() == event

    def test_entries_without_a_team_cannot_be_deleted_either(self):
        record_audit(None, Kind.BACKUP_MADE)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEvent.objects.all().delete()

    def test_entries_are_deleted_with_their_team(self, event, team):
        other = TeamFactory()
        record_audit(other.pk, Kind.SETTINGS_CHANGED)
        team.delete()
        assert AuditEvent.objects.get().team == other

    def test_entries_without_a_team_are_deleted_after_two_years(self, team, monkeypatch):
        monkeypatch.setattr(tasks, "FORGOTTEN_AT_ONCE", 2)
        for days in (900, 800, 731, 729, 1):
            with freeze_time(timezone.now() - timedelta(days=days)):
                record_audit(None, Kind.CHECKS_RUN, about=str(days))
        tasks.forget_events_of_operator()
        assert sorted(AuditEvent.objects.values_list("about", flat=True)) == ["1", "729"]
        with pytest.raises(DatabaseError), transaction.atomic():  # it says no longer that it is at work
            AuditEvent.objects.all().delete()


def test_a_failed_entry_does_not_stop_the_transaction(team, caplog):
    record_audit(0, Kind.SETTINGS_CHANGED, about="Ana Prado")  # there is no such team
    assert not AuditEvent.objects.exists()
    assert "The audit log could not be written: IntegrityError" in caplog.text
    assert "Ana" not in caplog.text
    team.refresh_from_db()  # the transaction goes on


def test_long_and_odd_texts_are_truncated(team):
    record_audit(team.pk, Kind.TOKEN_CREATED, about="x\0" * 500)
    assert AuditEvent.objects.get().about == "x" * 200


class TestOperator:
    """What is done for all teams has no team."""

    def test_running_the_doctor(self, monkeypatch):
        monkeypatch.setattr("helpdesk.operations.management.commands.doctor.run_checks", list)
        call_command("doctor")
        event = AuditEvent.objects.get()
        assert (event.kind, event.team, event.actor_name, event.address) == ("checks_run", None, "", None)
