"""How long data is kept: each kind goes at its time and not a day before, of the team that says so and of no other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.audit.models import AuditEvent, LearnerRead
from helpdesk.audit.recording import Kind, record_audit, record_reads
from helpdesk.courses.models import LearnerActivity
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.privacy.retention import retained
from helpdesk.privacy.tasks import forget_old
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, LearnerFactory, TeamFactory, open_ticket
from tests.privacy.keeping import days_ago, keep, old
from tests.webhooks.sender import deliver, learner_help, send
from webhooks.models import Delivery
from webhooks.processing import replay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


class TestEachKind:
    """At its time, and not a day before."""

    def test_contents_of_events(self, client, source, team):
        keep(team, "deliveries", 90)
        pks = {days: deliver(client, source, learner_help(id=f"of {days}")).pk for days in (91, 90, 89)}
        for days, pk in pks.items():
            old(Delivery.objects.filter(pk=pk), "received_at", days)
        forget_old()
        assert set(Delivery.objects.filter(body=b"").values_list("pk", flat=True)) == {pks[91], pks[90]}
        assert Delivery.objects.get(pk=pks[91]).outcome == "processed"
        old(Delivery.objects.filter(pk=pks[89]), "received_at", 90)
        forget_old()
        assert not Delivery.objects.exclude(body=b"").exists()

    def test_an_expired_failed_event_is_neither_replayed_nor_processed_when_repeated(self, client, source, team):
        keep(team, "deliveries", 90)
        broken = learner_help(id="broken")
        del broken["data"]["learner"]
        delivery = deliver(client, source, broken)
        assert delivery.outcome == "failed"
        old(Delivery.objects.all(), "received_at", 91)
        forget_old()
        delivery.refresh_from_db()
        assert (delivery.outcome, delivery.problem, delivery.reason) == ("ignored", "expired", "")
        assert not delivery.is_replayable
        assert not replay(delivery)
        assert send(client, source, broken).status_code == 200
        assert Delivery.objects.count() == 1

    def test_waiting_events_are_kept_until_they_are_processed(self, client, source, team):
        keep(team, "deliveries", 90)
        send(client, source, learner_help(id="waiting"))
        done = deliver(client, source, learner_help(id="done"))
        Delivery.objects.filter(event_id="waiting").update(outcome="waiting", finished_at=None)
        old(Delivery.objects.all(), "received_at", 91)
        forget_old()
        assert not Delivery.objects.filter(body=b"").exists()
        Delivery.objects.filter(event_id="waiting").update(outcome="processed", finished_at=timezone.now())
        forget_old()
        done.refresh_from_db()
        assert bytes(done.body) == b""
        assert not Delivery.objects.exclude(body=b"").exists()

    def test_learner_activity(self, team):
        keep(team, "activities", 30)
        learner = LearnerFactory(team=team)
        for days in (30, 29, 31):
            ActivityFactory(team=team, learner=learner, occurred_at=days_ago(days, minutes=1), lesson_title=str(days))
        forget_old()
        assert list(LearnerActivity.objects.values_list("lesson_title", flat=True)) == ["29"]

    def test_the_log_of_webhooks(self, team):
        endpoint = WebhookEndpoint.objects.create(team=team, url="https://example.com/hook", events=["ticket.created"])
        for days in (29, 31, 30):
            row = WebhookDelivery.objects.create(team=team, endpoint=endpoint, event=f"of {days}", body="{}")
            old(WebhookDelivery.objects.filter(pk=row.pk), "created_at", days)
        forget_old()  # 30 days, where nobody has said anything
        assert list(WebhookDelivery.objects.values_list("event", flat=True)) == ["of 29"]

    def test_the_audit_log(self, team):
        keep(team, "audit_log", 200)
        with pytest.MonkeyPatch.context() as patch:
            for days in (200, 199, 201):
                patch.setattr("helpdesk.audit.recording.now", lambda: days_ago(days, minutes=1))  # noqa: B023
                record_audit(team.pk, Kind.SETTINGS_CHANGED, about=str(days))
        forget_old()
        assert list(AuditEvent.objects.values_list("about", flat=True)) == ["199"]

    @pytest.mark.parametrize(("days", "kept"), [(7, {89}), (100, {89, 90, 99})])
    def test_api_reads_are_kept_for_at_least_ninety_days(self, team, days, kept):
        keep(team, "api_reads", days)
        with pytest.MonkeyPatch.context() as patch:
            for age in (89, 90, 99, 100):
                patch.setattr("helpdesk.audit.recording.now", lambda: days_ago(age, minutes=1))  # noqa: B023
                record_reads(team.pk, "token:1", "CRM", [age])
        forget_old()
        assert set(LearnerRead.objects.values_list("learner_id", flat=True)) == kept

    @pytest.mark.parametrize("days", [7, 179])
    def test_the_audit_log_is_kept_for_at_least_half_a_year(self, team, days):
        keep(team, "audit_log", days)
        with pytest.MonkeyPatch.context() as patch:
            for age in (179, 180):
                patch.setattr("helpdesk.audit.recording.now", lambda: days_ago(age, minutes=1))  # noqa: B023
                record_audit(team.pk, Kind.SETTINGS_CHANGED, about=str(age))
        forget_old()
        assert list(AuditEvent.objects.values_list("about", flat=True)) == ["179"]

    def test_later_texts_are_deleted_later(self, team):
        keep(team, "tickets", 30)
        ticket = open_ticket(team, question="one")
        Ticket.objects.filter(pk=ticket.pk).update(status="closed", last_activity_at=days_ago(31))
        forget_old()
        Ticket.objects.filter(pk=ticket.pk).update(question="two", last_activity_at=timezone.now())
        forget_old()
        assert Ticket.objects.get(pk=ticket.pk).question == "two"
        with pytest.MonkeyPatch.context() as patch:
            later = timezone.now() + timedelta(days=31)
            patch.setattr("helpdesk.privacy.forgetting.timezone.now", lambda: later)
            forget_old()
        assert Ticket.objects.get(pk=ticket.pk).question == ""


def test_every_kind_is_tested_above():
    tried = {"deliveries", "activities", "tickets", "emails", "unfiled", "webhook_log", "audit_log", "api_reads"}
    assert {kind.name for kind in retained()} == tried


def test_another_teams_data_is_kept(team):
    keep(team, "activities", 30)
    other = TeamFactory()
    keep(other, "activities", None)
    for each in (team, other):
        ActivityFactory(team=each, learner=LearnerFactory(team=each), occurred_at=days_ago(31))
    forget_old()
    assert LearnerActivity.objects.get().team == other
