"""A failed message that someone retries, and the state of its ticket."""

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status
from tests.conversations.sending.smtp.steps import at, dispatch_of, send
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(ticket, joao, smtp_server):
    """“Send and resolve”, which the mail server refused."""
    smtp_server.rule = at("rcpt", "554 5.7.1 Rejected")
    message = reply(ticket, joao, "Olá!", then=Status.RESOLVED)
    send()
    smtp_server.rule = lambda *step: None
    return message


def test_a_retry_restores_the_intended_status(failed, ticket, joao):
    before = timezone.now()
    retry_message(failed, joao)
    after = fresh(ticket)
    assert (after.status, after.sending_failed_at) == (Status.RESOLVED, None)
    # Nothing had got to the learner until now.
    assert after.first_responded_at >= before
    assert after.resolved_at >= before
    send(seconds=1)
    assert (dispatch_of(failed).state, fresh(ticket).status) == ("accepted", Status.RESOLVED)


def test_a_failed_retry_makes_the_ticket_to_do_again(failed, ticket, joao, smtp_server):
    retry_message(failed, joao)
    smtp_server.rule = at("rcpt", "554 5.7.1 Rejected")
    send(seconds=1)
    after = fresh(ticket)
    assert (after.status, after.resolved_at, after.first_responded_at) == (Status.NEW, None, None)
    assert after.sending_failed_at
    retry_message(failed, joao)
    assert fresh(ticket).status == Status.RESOLVED


def test_a_retry_keeps_a_status_changed_since_the_failure(failed, ticket, joao):
    actions.change_status(ticket, joao, Status.ON_HOLD)
    retry_message(failed, joao)
    assert (fresh(ticket).status, fresh(ticket).resolved_at) == (Status.ON_HOLD, None)
    assert fresh(ticket).first_responded_at


def test_a_retry_after_another_reply_does_not_resolve_the_ticket(failed, ticket, joao):
    reply(fresh(ticket), joao, "Mais uma coisa.")
    retry_message(failed, joao)
    assert fresh(ticket).status == Status.OPEN


def test_a_retry_after_a_learners_message_does_not_resolve_the_ticket(failed, ticket, joao):
    receive_message(fresh(ticket), Actor.learner(ticket.learner), IncomingMessage("E agora?", Message.Channel.PAGE))
    waits_since = fresh(ticket).awaiting_reply_since
    retry_message(failed, joao)
    after = fresh(ticket)
    assert (after.is_finished, after.awaiting_reply_since) == (False, waits_since)
    assert after.first_responded_at


def test_a_retry_keeps_a_resolution_made_meanwhile(failed, ticket, joao):
    actions.change_status(ticket, joao, Status.RESOLVED)
    was = fresh(ticket)
    retry_message(failed, joao)
    after = fresh(ticket)
    assert (after.status, after.resolved_at, after.sending_failed_at) == (Status.RESOLVED, was.resolved_at, None)
    send(seconds=1)
    assert (dispatch_of(failed).state, fresh(ticket).status) == ("accepted", Status.RESOLVED)
    assert ticket.events.filter(kind="status_changed", facts__new="resolved").count() == 2  # and not a third time


@pytest.mark.parametrize("then", [Status.RESOLVED, None])
def test_a_retry_on_a_ticket_resolved_before_resolves_it_again(ticket, joao, smtp_server, then):
    """The failure opened it, so that somebody sees to it; with that nothing is left to do."""
    actions.change_status(ticket, joao, Status.RESOLVED)
    smtp_server.rule = at("rcpt", "554 5.7.1 Rejected")
    message = reply(fresh(ticket), joao, "Mais uma coisa.", then=then)
    send()
    assert fresh(ticket).status == Status.OPEN
    smtp_server.rule = lambda *step: None
    retry_message(message, joao)
    after = fresh(ticket)
    assert (after.status, bool(after.resolved_at), after.sending_failed_at) == (Status.RESOLVED, True, None)
    smtp_server.rule = at("rcpt", "554 5.7.1 Rejected")
    send(seconds=1)
    assert (fresh(ticket).status, fresh(ticket).resolved_at) == (Status.OPEN, None)
