"""Telling people who can act on it that events failed for good."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.webhooks.sender import deliver, learner_help
from webhooks import tasks
from webhooks.models import Delivery, Source

pytestmark = pytest.mark.django_db


def report():
    """What one turn of the job sends, and to whom."""
    ProcrastinateJob.objects.all().delete()
    tasks.report_failures()
    mail.outbox = []
    for job in ProcrastinateJob.objects.filter(task_name="webhooks.send_failures_email"):
        tasks.send_failures_email(**job.args)
    return [message.to[0] for message in mail.outbox]


def test_managers_receive_one_email_a_day(client, source, owner):
    MembershipFactory(team=source.team, role=Role.AGENT)
    MembershipFactory(role=Role.OWNER)
    deliver(client, source, b"{nope")
    assert report() == [owner.email]
    deliver(client, source, b"{another")
    assert report() == []
    Source.objects.update(failures_reported_at=timezone.now() - timedelta(hours=25))
    Delivery.objects.filter(event_id__isnull=False).update(finished_at=timezone.now())
    assert report() == [owner.email]


@pytest.mark.parametrize("skew", [timedelta(days=2), -timedelta(days=2)])
def test_the_day_is_measured_by_the_databases_clock(client, source, owner, monkeypatch, skew):
    deliver(client, source, b"{nope")
    before, now = timezone.now(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + skew)
    assert report() == [owner.email]
    reported_at = Source.objects.get().failures_reported_at
    assert reported_at is not None
    assert before < reported_at < now()
    deliver(client, source, b"{another")
    assert report() == []


def test_the_email_says_what_failed_and_links_to_it(client, source, owner):
    owner.language = "en"
    owner.save()
    deliver(client, source, learner_help(learner={"email": "nobody"}))
    report()
    assert mail.outbox[0].subject.startswith("1 event from Eduzz could not be processed")
    assert "nutror.learner_help" in mail.outbox[0].body
    assert f"/sources/{source.pk}/deliveries/?outcome=failed&finished=lately" in mail.outbox[0].body


def test_nothing_is_sent_without_failures_or_after_they_were_fixed(client, source, owner_membership):
    deliver(client, source, learner_help())
    assert report() == []
    deliver(client, source, b"{nope")
    tasks.report_failures()
    Delivery.objects.update(outcome="processed")
    mail.outbox = []
    tasks.send_failures_email(source_id=source.pk, membership_id=owner_membership.pk)
    tasks.send_failures_email(source_id="gone", membership_id=owner_membership.pk)
    tasks.send_failures_email(source_id=source.pk, membership_id=0)
    assert mail.outbox == []
