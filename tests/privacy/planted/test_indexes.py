"""The rows of a learner who is erased are found by indexes."""

import pytest
from django.utils import timezone

from helpdesk.conversations.models import InboundEmail
from helpdesk.privacy.register import Person, Subject, holdings
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
def test_a_learners_rows_are_found_by_index(team, planted, key, index):
    """The database plans it so where it may neither read all of a table nor make up for it."""
    (holding,) = [each for each in holdings(Subject.LEARNER) if each.key == key]
    person = Person(team.pk, 1, "ana@example.com", "Ana Lima", timezone.now())
    plan = plan_without(holding.remaining(person), "seqscan", "hashjoin", "mergejoin", full=[InboundEmail])
    assert index in plan, plan
