"""What a list says that a learner did before asking is what the ticket's page says."""

from datetime import timedelta

import pytest

from helpdesk.tickets.learner_context import context_of, contexts_of, steps_around
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, CourseFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("has_course", "last"), [(True, "None"), (False, "Other")])
def test_only_activity_in_the_tickets_course_or_in_none_counts(team, has_course, last):
    ticket = open_ticket(team)
    courses = {"Own": ticket.course, "None": None, "Other": CourseFactory(team=team)}
    for minutes, (title, course) in zip((30, 20, 10), courses.items(), strict=True):
        at = ticket.requested_at - timedelta(minutes=minutes)
        ActivityFactory(team=team, learner=ticket.learner, course=course, lesson_title=title, occurred_at=at)
    if not has_course:
        Ticket.objects.filter(pk=ticket.pk).update(course=None)
        ticket.refresh_from_db()
    assert contexts_of([ticket])[ticket.pk].lesson == last
    assert context_of(ticket, steps_around(ticket)).lesson == last
