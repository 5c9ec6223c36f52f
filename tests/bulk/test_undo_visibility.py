"""An undo hides no ticket that needs attention because of something new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.bulk.models import BulkChangeItem
from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket
from tests.bulk.changes import change_of, undo
from tests.factories import open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step", "in_english")]


def resolved(ticket, actor):
    actions.resolve_ticket(ticket, actor)
    return "status", "open"


def snoozed(ticket, actor):
    actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(days=9))
    return "unsnooze", ""


def pending(ticket, actor):
    actions.change_status(ticket, actor, "pending")
    return "status", "open"


def write(ticket):
    receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("Ainda não abre", "page", trust="link"))


def ask_again(ticket):
    open_ticket(ticket.team, learner=ticket.learner, course=ticket.course)


def merge_another(ticket):
    actions.merge_ticket(open_ticket(ticket.team, learner=ticket.learner), Actor.system(), ticket)


def fail_to_send(ticket):
    dispatch = reply(ticket, Actor.system(), "Oi!").dispatches.get()
    note_failed(dispatch, Dispatch.State.FAILED, "Mailbox full")


@pytest.mark.parametrize("before", [resolved, snoozed, pending])
@pytest.mark.parametrize("what", [write, ask_again, merge_another, fail_to_send])
def test_the_undo_is_refused_if_the_learner_did_something_since(ticket, actor, before, what):
    change = change_of(ticket, actor, *before(ticket, actor))
    what(ticket)
    undone, outcome, reason = undo(change, actor)
    assert outcome == BulkChangeItem.Outcome.NOT_UNDONE
    assert undone in Ticket.objects.to_do()
    assert reason.startswith("It has changed since. ")


def test_changes_that_do_not_hide_the_ticket_are_undone(ticket, actor):
    change = change_of(ticket, actor, "priority", 4)
    write(ticket)
    undone, outcome, _reason = undo(change, actor)
    assert (outcome, undone.priority) == (BulkChangeItem.Outcome.UNDONE, Priority.NORMAL)


def test_a_snooze_ended_by_the_undo_is_reported(ticket, actor, other_actor):
    change = change_of(ticket, actor, *resolved(ticket, actor))
    ticket.refresh_from_db()
    actions.snooze_ticket(ticket, other_actor, timezone.now() + timedelta(days=1))
    undone, outcome, reason = undo(change, actor)
    assert (outcome, undone.status) == (BulkChangeItem.Outcome.UNDONE, Status.RESOLVED)
    assert reason.startswith("Not all of it could be undone. Lia Nunes snoozed")


@pytest.mark.parametrize("what", [write, ask_again])
def test_undoing_a_reply_keeps_a_ticket_with_new_activity_open(ticket, actor, what):
    actions.resolve_ticket(ticket, actor)
    message = reply(ticket, actor, "Oi!", then=Status.OPEN)
    what(ticket)
    cancel_reply(message, actor)
    ticket.refresh_from_db()
    assert (ticket.status, ticket in Ticket.objects.to_do()) == (Status.OPEN, True)


@pytest.mark.parametrize("what", [write, ask_again, merge_another])
def test_retrying_a_message_keeps_a_ticket_with_new_activity_open(ticket, actor, what):
    message = reply(ticket, actor, "Oi!", then=Status.RESOLVED)
    dispatch = message.dispatches.get()
    note_failed(dispatch, Dispatch.State.FAILED, "Mailbox full")
    what(ticket)
    retry_message(message, actor)
    ticket.refresh_from_db()
    assert ticket in Ticket.objects.to_do()
