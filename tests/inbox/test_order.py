"""One order for a list, and for Next and Previous on the pages of its tickets."""

from datetime import timedelta

import pytest
from django.http import QueryDict

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import adjacent_numbers, page_of
from helpdesk.tickets.models import Ticket
from tests.factories import NOON, CourseFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ["new", "all", ""])
def test_a_search_has_the_same_order_in_the_list_and_for_next_and_previous(status):
    team = TeamFactory()
    learner = LearnerFactory(team=team, name="Cícero")
    tickets = [
        open_ticket(team, learner=learner, course=CourseFactory(team=team), requested_at=NOON + timedelta(hours=hour))
        for hour in range(3)
    ]
    Ticket.objects.filter(pk=tickets[1].pk).update(priority=4)
    asked = TicketFilter(QueryDict(f"q=cicero&status={status}"), team)
    shown = page_of(asked).tickets
    assert shown == tickets[::-1]
    assert not asked.is_queue
    numbers = [ticket.number for ticket in shown]
    following = [*numbers[1:], numbers[0]]  # after the last one comes the first
    assert [adjacent_numbers(asked, ticket) for ticket in shown] == list(
        zip([None, *numbers[:-1]], following, strict=True)
    )


def test_returning_to_a_long_list_loads_as_many_rows_again(client):
    team = TeamFactory(slug="escola")
    client.force_login(MembershipFactory(team=team).user)
    for _ in range(55):
        open_ticket(team)
    response = client.get("/t/escola/?shown=55")
    assert len(response.context["page"].tickets) == 55
    assert "no-store" in response["Cache-Control"]
