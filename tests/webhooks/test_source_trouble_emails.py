"""Managers are notified once of a source with problems."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.webhooks.health import OTHER_KEY, health, retire_all, switch_off
from tests.webhooks.sender import PING, deliver, learner_help, send
from webhooks import tasks
from webhooks.actions import add_key
from webhooks.models import Delivery, Source

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]


class TestEmail:
    @pytest.fixture(autouse=True)
    def _the_owner_reads_english(self, owner):
        owner.language = "en"
        owner.save()

    def report(self):
        ProcrastinateJob.objects.all().delete()
        tasks.report_health()
        mail.outbox = []
        for job in ProcrastinateJob.objects.filter(task_name="webhooks.send_health_email"):
            tasks.send_health_email(**job.args)
        return [message.to[0] for message in mail.outbox]

    def test_managers_are_notified_once(self, client, source, owner):
        MembershipFactory(team=source.team, role=Role.AGENT)
        MembershipFactory(role=Role.OWNER)
        send(client, source, PING)
        assert self.report() == []
        send(client, source, learner_help(), key=OTHER_KEY)
        assert self.report() == [owner.email]
        assert "signed with a key we do not have" in mail.outbox[0].body
        assert f"/t/escola/sources/{source.pk}/" in mail.outbox[0].body
        assert self.report() == []

    def test_each_kind_of_problem_is_reported_at_once_and_at_most_once_a_day(self, client, source, owner):
        send(client, source, learner_help(), key=OTHER_KEY)
        assert self.report() == [owner.email]
        retire_all(source)
        assert self.report() == [owner.email]
        assert "no longer has a key" in mail.outbox[0].body
        add_key(source, "another-key")
        assert (self.report(), health()) == ([], "quarantined")

    def test_a_recurring_problem_is_reported_again_after_a_day(self, client, source, owner):
        retire_all(source)
        assert self.report() == [owner.email]
        add_key(source, "another-key")
        assert self.report() == []
        retire_all(source)
        assert self.report() == []
        a_day_ago = timezone.now() - timedelta(hours=25)
        Source.objects.update(health_reports={"no_key": a_day_ago.isoformat()})
        assert self.report() == [owner.email]

    def test_the_day_is_measured_by_the_databases_clock(self, client, source, owner, monkeypatch):
        retire_all(source)
        assert self.report() == [owner.email]
        add_key(source, "another-key")
        assert self.report() == []
        retire_all(source)
        now = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))
        assert self.report() == []

    def test_switching_off_the_last_source_is_reported(self, client, source, owner):
        switch_off(source)
        assert self.report() == [owner.email]
        assert "no other source is on" in mail.outbox[0].body

    def test_waiting_events_are_reported_once(self, client, source, owner):
        send(client, source, learner_help())
        assert self.report() == []
        Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=6))
        assert self.report() == [owner.email]
        assert "waiting for 6 minutes" in mail.outbox[0].body
        assert self.report() == []

    def test_a_problem_fixed_meanwhile_is_not_reported(self, client, source, owner_membership):
        retire_all(source)
        tasks.report_health()
        add_key(source, "another-key")
        tasks.send_health_email(source_id=source.pk, membership_id=owner_membership.pk)
        assert mail.outbox == []

    def test_failed_events_are_reported_in_another_email(self, client, source, owner):
        deliver(client, source, b"{nope")
        assert self.report() == []
