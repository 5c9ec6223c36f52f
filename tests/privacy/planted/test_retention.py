"""What goes with time of what a learner said and wrote, and that the reports say what they said."""

import pytest
from django.http import QueryDict
from django.utils import timezone

from helpdesk.conversations.models import Attachment, Dispatch, Draft, InboundEmail
from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy.retention import retained
from helpdesk.privacy.tasks import forget_old
from helpdesk.reports.forms import PeriodForm
from helpdesk.reports.report import Report
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from tests.privacy.keeping import days_ago, keep
from tests.privacy.world import EMAIL, NAME, WORDS
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_received_emails(planted, team):
    keep(team, "emails", 30)
    filed = InboundEmail.objects.filter(state="filed").exclude(raw=b"")
    assert filed.exists()
    held = InboundEmail.objects.filter(state="held").exclude(raw=b"").count()
    InboundEmail.objects.update(received_at=days_ago(29, hours=23))
    forget_old()
    assert filed.exists()
    InboundEmail.objects.update(received_at=days_ago(30, minutes=1))
    forget_old()
    assert not filed.exists()
    assert InboundEmail.objects.filter(state="held").exclude(raw=b"").count() == held  # somebody has to decide
    assert Message.objects.filter(body__contains=WORDS).exists()


def test_undecided_emails(planted, team):
    keep(team, "unfiled", 30)
    held = InboundEmail.objects.filter(state="held").exclude(raw=b"")
    assert held.exists()
    InboundEmail.objects.update(received_at=days_ago(29, hours=23))
    forget_old()
    assert held.exists()
    InboundEmail.objects.update(received_at=days_ago(30, minutes=1))
    forget_old()
    assert not held.exists()


def test_texts_of_finished_tickets(planted, team):
    keep(team, "tickets", 30)
    tickets = Ticket.objects.filter(learner=planted)
    Draft.objects.update(updated_at=days_ago(31))
    tickets.update(status="closed", last_activity_at=days_ago(29, hours=23))
    forget_old()
    assert Message.objects.filter(body__contains=WORDS).exists()
    tickets.update(last_activity_at=days_ago(30, minutes=1))
    forget_old()
    theirs = {"ticket__learner": planted}
    assert not Message.objects.filter(**theirs).exclude(body="", quoted="").exists()
    assert not Attachment.objects.filter(**theirs).exists()
    assert not InboundEmail.objects.filter(**theirs).exclude(raw=b"", subject="").exists()
    assert not Dispatch.objects.filter(message__ticket__learner=planted, recipient__contains=EMAIL).exists()
    assert not tickets.exclude(question="").exists()
    assert Message.objects.filter(**theirs).exists()
    assert TicketEvent.objects.filter(**theirs).exists()
    planted.refresh_from_db()
    assert (planted.name, planted.email) == (NAME, EMAIL)


def test_an_unfinished_ticket_keeps_its_texts(planted, team):
    keep(team, "tickets", 30)
    Ticket.objects.update(status="open", last_activity_at=days_ago(300))
    forget_old()
    assert Message.objects.filter(body__contains=WORDS).exists()


def figures(team):
    """All that the reports say."""
    form = PeriodForm(QueryDict(""), team)
    assert not form.errors
    report = Report(team, form, is_complete=True)
    return {name: [[cell.text for cell in row] for row in table().rows] for name, table in report.tables.items()}


def test_reports_stay_the_same(planted, team):
    for kind in retained():
        keep(team, kind.name, max(7, kind.least_days))
    Ticket.objects.filter(learner=planted).update(topic="access", question_known_at=timezone.now())
    Ticket.objects.update(status="closed", resolved_at=timezone.now(), last_activity_at=days_ago(8))
    LearnerActivity.objects.update(occurred_at=days_ago(8))
    Draft.objects.update(updated_at=days_ago(8))
    InboundEmail.objects.update(received_at=days_ago(8))
    Delivery.objects.update(received_at=days_ago(8))
    before = figures(team)
    forget_old()
    assert not Ticket.objects.filter(learner=planted, words_forgotten_at=None, merged_into=None).exists()
    assert not LearnerActivity.objects.exists()
    assert not Delivery.objects.exclude(body=b"").exists()
    assert figures(team) == before
    assert any(row for rows in before.values() for row in rows)
