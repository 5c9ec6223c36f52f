"""What a failed e-mail does to its ticket: somebody works on it again, and after a merge it is the right one's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions import delivery_failures
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets import actions
from helpdesk.tickets.models import Status, Ticket
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


class TestReturnToWork:
    """A failure returns a ticket that nobody is working on to the inbox."""

    @pytest.fixture
    def pending_dispatch(self, ticket, actor):
        return reply(ticket, actor, "Oi!", then=Status.PENDING).dispatches.get()

    def fail(self, dispatch):
        Dispatch.objects.filter(pk=dispatch.pk).update(state="accepted")
        dispatch.refresh_from_db()
        delivery_failures.note_failed(dispatch, Dispatch.State.BOUNCED, "Mailbox full")
        return Ticket.objects.get(pk=dispatch.message.ticket_id)

    def test_a_ticket_resolved_since_is_reopened(self, ticket, actor, pending_dispatch):
        actions.resolve_ticket(ticket, actor)
        after = self.fail(pending_dispatch)
        assert (after.status, after.sending_failed_at is not None) == (Status.OPEN, True)
        kinds = list(after.events.order_by("pk").values_list("kind", flat=True))
        assert kinds[-2:] == ["reopened", "sending_failed"]

    def test_a_ticket_resolved_before_is_reopened(self, team, actor):
        ticket = open_ticket(team)
        actions.resolve_ticket(ticket, actor)
        after = self.fail(reply(ticket, actor, "Oi!", then=Status.PENDING).dispatches.get())
        assert (after.status, after.sending_failed_at is not None) == (Status.OPEN, True)

    def test_a_snoozed_ticket_is_woken_up(self, ticket, actor, pending_dispatch):
        actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(days=2))
        after = self.fail(pending_dispatch)
        assert (after.snoozed_until, after.sending_failed_at is not None) == (None, True)
        assert after in Ticket.objects.to_do()


class TestOfAMergedTicket:
    """Its messages may fail after the merge: a split takes that along, and leaves what is the other's."""

    @pytest.fixture
    def other_ticket(self, ticket):
        return open_ticket(ticket.team, learner=ticket.learner)

    def fail(self, message):
        dispatch = message.dispatches.get()
        Dispatch.objects.filter(pk=dispatch.pk).update(state="accepted")
        dispatch.refresh_from_db()
        delivery_failures.note_failed(dispatch, Dispatch.State.BOUNCED, "Mailbox full")

    def failing(self, *tickets):
        return [Ticket.objects.get(pk=each.pk).sending_failed_at is not None for each in tickets]

    def test_two_messages_failing_before_and_after_the_merge(self, ticket, other_ticket, actor):
        first, second = [reply(ticket, actor, text) for text in ("Oi!", "Mais uma coisa")]
        self.fail(first)
        actions.merge_ticket(ticket, actor, other_ticket)
        self.fail(second)
        actions.unmerge_ticket(ticket, actor)
        assert self.failing(ticket, other_ticket) == [True, False]

    def test_a_retried_message_failing_again(self, ticket, other_ticket, actor):
        message = reply(ticket, actor, "Oi!")
        self.fail(message)
        actions.merge_ticket(ticket, actor, other_ticket)
        retry_message(message, actor)
        assert self.failing(other_ticket) == [False]
        self.fail(message)
        actions.unmerge_ticket(ticket, actor)
        assert self.failing(ticket, other_ticket) == [True, False]

    def test_a_message_failing_after_one_of_the_other_ticket(self, ticket, other_ticket, actor):
        mine, theirs = reply(ticket, actor, "Oi!"), reply(other_ticket, actor, "Oi!")
        actions.merge_ticket(ticket, actor, other_ticket)
        self.fail(theirs)
        self.fail(mine)
        actions.unmerge_ticket(ticket, actor)
        assert self.failing(ticket, other_ticket) == [True, True]

    def test_a_message_two_merges_below_the_root(self, ticket, other_ticket, actor):
        message, last = reply(ticket, actor, "Oi!"), open_ticket(ticket.team, learner=ticket.learner)
        actions.merge_ticket(ticket, actor, other_ticket)
        other_ticket.refresh_from_db()
        actions.merge_ticket(other_ticket, actor, last)
        self.fail(message)
        assert self.failing(last) == [True]
        actions.unmerge_ticket(other_ticket, actor)
        assert self.failing(other_ticket, last) == [True, False]
        ticket.refresh_from_db()
        actions.unmerge_ticket(ticket, actor)
        assert self.failing(ticket, other_ticket) == [True, False]
