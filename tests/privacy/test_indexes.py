"""An erasure uses indexes: no step scans a whole table."""

import pytest
from django.utils import timezone

from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy.register import Person, Subject, holdings
from helpdesk.tickets.models import Message, Ticket
from tests.plans import plan_without

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("key", "model", "index"),
    [
        ("tickets.Message.body.of-others", Message, "message_text"),
        ("tickets.Ticket.question.of-others", Ticket, "ticket_question"),
        ("courses.LearnerActivity.comment_text.of-others", LearnerActivity, "activity_comment"),
    ],
)
def test_mentions_in_texts_of_others_are_found_by_the_search_index(team, key, model, index):
    """By what each way of writing the address has."""
    (holding,) = [each for each in holdings(Subject.LEARNER) if each.key == key]
    person = Person(team.pk, 1, "ana@example.com", "Ana Lima", timezone.now())
    plan = plan_without(holding.remaining(person), "seqscan", "indexscan", full=[model])
    assert plan.count(f"Bitmap Index Scan on {index} ") == 1, plan
