"""Whoever is erased is found by indexes: no step goes through all that a table holds."""

import pytest
from django.utils import timezone

from helpdesk.conversations.models import InboundEmail
from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy.register import Person, Subject, holdings
from helpdesk.tickets.models import Message, Ticket
from tests.plans import plan_without

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "index"),
    [
        ("conversations.InboundEmail.raw.from-them", "inbound_of_sender"),
        ("conversations.InboundEmail.raw.sent-by-them", "inbound_of_envelope"),
        ("conversations.InboundEmail.raw.in-no-ticket", "inbound_unfiled"),
        ("integrations.WebhookDelivery.body", "subscription_delivery_ticket"),
        ("integrations.DeliveryAttempt.answer", "subscription_delivery_ticket"),
    ],
)
def test_rows_of_a_learner_are_found_by_an_index(team, planted, key, index):
    """As the database plans it where it may neither read all of a table nor make up for it."""
    (holding,) = [each for each in holdings(Subject.LEARNER) if each.key == key]
    person = Person(team.pk, 1, "ana@example.com", "Ana Lima", timezone.now())
    plan = plan_without(holding.remaining(person), "seqscan", "hashjoin", "mergejoin", full=[InboundEmail])
    assert index in plan, plan


@pytest.mark.parametrize(
    ("key", "model", "index"),
    [
        ("tickets.Message.body.of-others", Message, "message_text"),
        ("tickets.Ticket.question.of-others", Ticket, "ticket_question"),
        ("courses.LearnerActivity.comment_text.of-others", LearnerActivity, "activity_comment"),
    ],
)
def test_what_others_wrote_is_found_by_the_index_of_search(team, key, model, index):
    """By what each way of writing the address has."""
    (holding,) = [each for each in holdings(Subject.LEARNER) if each.key == key]
    person = Person(team.pk, 1, "ana@example.com", "Ana Lima", timezone.now())
    plan = plan_without(holding.remaining(person), "seqscan", "indexscan", full=[model])
    assert plan.count(f"Bitmap Index Scan on {index} ") == 1, plan
