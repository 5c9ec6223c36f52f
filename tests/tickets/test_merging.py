"""What may be merged into what."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


def test_nothing_is_merged_into_a_merged_ticket_and_that_one_no_further(team, agent):
    """Either alone is refused."""
    first = open_ticket(team)
    merged = open_ticket(team, learner=first.learner, course=first.course)
    other = open_ticket(team, learner=first.learner)
    assert (merged.merged_into, other.merged_into) == (first, None)
    for ticket, into in ((other, merged), (merged, other)):
        with pytest.raises(actions.ActionRefused):
            actions.merge_ticket(ticket, Actor.person(agent), into)
        ticket.refresh_from_db()
        assert ticket.merged_into == (first if ticket == merged else None)
