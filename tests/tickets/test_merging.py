"""What may be merged into what."""

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
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


class TestWaitsThatWereLent:
    """That a learner waits, or that a message did not get there, shows on the ticket that stands for another."""

    @pytest.fixture
    def tickets(self, team):
        """One that waits and whose message did not arrive, and one that does not."""
        first = open_ticket(team)
        now = timezone.now()
        Ticket.objects.filter(pk=first.pk).update(awaiting_reply_since=now, sending_failed_at=now)
        first.refresh_from_db()
        return first, open_ticket(team, learner=first.learner)

    def waits_of(self, *tickets):
        for ticket in tickets:
            ticket.refresh_from_db()
        return [(bool(ticket.awaiting_reply_since), bool(ticket.sending_failed_at)) for ticket in tickets]

    def test_they_go_back_with_the_ticket(self, tickets, agent):
        waiting, other = tickets
        actions.merge_ticket(waiting, Actor.person(agent), other)
        assert self.waits_of(waiting, other) == [(True, True), (True, True)]
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(True, True), (False, False)]

    def test_what_was_seen_to_meanwhile_is_over_for_both(self, tickets, agent):
        waiting, other = tickets
        actions.merge_ticket(waiting, Actor.person(agent), other)
        Ticket.objects.filter(pk=other.pk).update(awaiting_reply_since=None, sending_failed_at=None)
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(False, False), (False, False)]

    def test_its_own_stay_with_the_other(self, tickets, agent):
        waiting, other = tickets
        actions.merge_ticket(other, Actor.person(agent), waiting)
        actions.unmerge_ticket(other, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(True, True), (False, False)]

    def test_another_merged_ticket_that_waits_still_shows(self, tickets, team, agent):
        waiting, other = tickets
        third = open_ticket(team, learner=waiting.learner)
        Ticket.objects.filter(pk=third.pk).update(awaiting_reply_since=timezone.now())
        for ticket in (waiting, third):
            ticket.refresh_from_db()
            actions.merge_ticket(ticket, Actor.person(agent), other)
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(other, third) == [(True, False), (True, False)]
        assert other.awaiting_reply_since == third.awaiting_reply_since
