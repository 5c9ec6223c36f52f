"""What may be merged into what."""

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.undo import altered, restore, state_of
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


def test_a_merged_ticket_can_neither_be_merged_nor_receive_a_merge(team, agent):
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


class TestStateOfMergedTickets:
    """A waiting learner or an undelivered message shows on the root of a merged ticket."""

    @pytest.fixture
    def two_of_one_learner(self, team):
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

    def test_splitting_returns_wait_and_failure_to_their_ticket(self, two_of_one_learner, agent):
        waiting, other = two_of_one_learner
        actions.merge_ticket(waiting, Actor.person(agent), other)
        assert self.waits_of(waiting, other) == [(True, True), (True, True)]
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(True, True), (False, False)]

    def test_a_wait_that_ended_meanwhile_has_ended_for_both(self, two_of_one_learner, agent):
        waiting, other = two_of_one_learner
        actions.merge_ticket(waiting, Actor.person(agent), other)
        Ticket.objects.filter(pk=other.pk).update(awaiting_reply_since=None, sending_failed_at=None)
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(False, False), (False, False)]

    def test_splitting_leaves_the_roots_own_wait(self, two_of_one_learner, agent):
        waiting, other = two_of_one_learner
        actions.merge_ticket(other, Actor.person(agent), waiting)
        actions.unmerge_ticket(other, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(True, True), (False, False)]

    def test_another_merged_waiting_ticket_is_still_shown(self, two_of_one_learner, team, agent):
        waiting, other = two_of_one_learner
        third = open_ticket(team, learner=waiting.learner)
        Ticket.objects.filter(pk=third.pk).update(awaiting_reply_since=timezone.now())
        for ticket in (waiting, third):
            ticket.refresh_from_db()
            actions.merge_ticket(ticket, Actor.person(agent), other)
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(other, third) == [(True, False), (True, False)]
        assert other.awaiting_reply_since == third.awaiting_reply_since

    def write(self, ticket):
        """The learner does."""
        with transaction.atomic():
            receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E agora?", Message.Channel.PAGE))

    def fail_after_a_reply(self, ticket, agent):
        note_failed(
            reply(ticket, Actor.person(agent), "Olá").dispatches.get(), Dispatch.State.FAILED, "no such mailbox"
        )

    @pytest.mark.parametrize("again", ["none", "undo", "undo the split"])
    def test_an_answered_wait_is_not_restored_even_if_the_learner_wrote_again(self, two_of_one_learner, agent, again):
        waiting, other = two_of_one_learner
        person = Actor.person(agent)
        before = state_of(waiting)
        actions.merge_ticket(waiting, person, other)
        after = state_of(waiting)
        reply(other, person, "Olá")
        if again == "undo the split":
            merged = state_of(waiting)
            actions.unmerge_ticket(waiting, person)
            was, became = altered(merged, state_of(waiting))
            restore(waiting, person, was, became)
            assert self.waits_of(waiting, other) == [(False, False), (False, False)]
            assert waiting.merged_into == other
            return
        self.write(other)
        self.fail_after_a_reply(other, agent)
        since = self.waits_of(other) and (other.awaiting_reply_since, other.sending_failed_at)
        assert all(since)
        if again == "undo":
            restore(waiting, person, *altered(before, after))
        else:
            actions.unmerge_ticket(waiting, person)
        assert self.waits_of(waiting, other) == [(False, False), (True, True)]
        assert (other.awaiting_reply_since, other.sending_failed_at) == since

    def test_an_earlier_later_wait_of_the_root_does_not_end_the_tickets_own(self, two_of_one_learner, agent):
        waiting, other = two_of_one_learner
        self.write(other)
        self.fail_after_a_reply(other, agent)
        assert self.waits_of(other) == [(True, True)]
        actions.merge_ticket(waiting, Actor.person(agent), other)
        actions.unmerge_ticket(waiting, Actor.person(agent))
        assert self.waits_of(waiting, other) == [(True, True), (True, True)]

    def test_an_earlier_wait_of_another_merged_ticket_is_not_restored_either(self, two_of_one_learner, team, agent):
        waiting, other = two_of_one_learner
        person = Actor.person(agent)
        third = open_ticket(team, learner=waiting.learner)
        Ticket.objects.filter(pk=third.pk).update(awaiting_reply_since=timezone.now(), sending_failed_at=timezone.now())
        actions.merge_ticket(third, person, other)
        actions.change_question(waiting, person, "Onde fica o certificado?")
        reply(other, person, "Olá")
        actions.merge_ticket(waiting, person, other)
        assert self.waits_of(other) == [(True, True)]
        actions.unmerge_ticket(waiting, person)
        assert self.waits_of(waiting, other) == [(True, True), (False, False)]
        actions.unmerge_ticket(third, person)
        assert self.waits_of(third, other) == [(False, False), (False, False)]

    def test_an_answer_between_two_merges_ends_the_wait_of_the_first(self, two_of_one_learner, team, agent):
        waiting, other = two_of_one_learner
        person = Actor.person(agent)
        third = open_ticket(team, learner=waiting.learner)
        actions.merge_ticket(waiting, person, other)
        reply(other, person, "Olá")
        self.write(other)
        actions.merge_ticket(other, person, third)
        assert self.waits_of(third) == [(True, False)]
        actions.unmerge_ticket(waiting, person)
        assert self.waits_of(waiting, other, third) == [(False, False), (True, False), (True, False)]
