"""A first reply that could not leave at once is not sent any more where something has come about since."""

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.asking import ask_learner
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply as reply_to
from helpdesk.conversations.models import Dispatch, FirstReply, QuestionRequest
from helpdesk.conversations.sending.dispatcher import send_due
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.conversations.first_reply.deciding import decide
from tests.conversations.first_reply.outcomes import automatic, fresh, request_of
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def put_off(published_request, smtp_server):
    """What was decided to be sent, and the mail server puts off."""
    smtp_server.rule = lambda step, recipient: "451 4.7.1 Greylisted" if step == "rcpt" else None
    decide()
    send_due()
    message = automatic(published_request).get()
    assert message.dispatches.get().state == "queued"
    smtp_server.rule = lambda step, recipient: None
    return message


def sent_later(message):
    """What became of it once it is tried again."""
    Dispatch.objects.filter(message=message).update(next_try_at=timezone.now())
    send_due()
    return message.dispatches.get()


def test_a_delayed_first_reply_is_withdrawn_once_somebody_answered(published_request, put_off, smtp_server, actor):
    answer = reply_to(published_request, actor, "Oi!")
    dispatch = sent_later(put_off)
    assert (dispatch.state, dispatch.reason) == ("cancelled", "Someone had already answered")
    assert smtp_server.taken == []
    request = request_of(published_request)
    assert (request.state, request.reason) == ("not_sent", "already_answered")
    assert automatic(published_request).get().cancelled_at
    assert published_request.events.latest("pk").kind == "reply_cancelled"
    assert fresh(published_request).sending_failed_at is None
    assert sent_later(answer).state == "accepted"


def merge_into_another(ticket, actor):
    actions.merge_ticket(ticket, actor, open_ticket(ticket.team, learner=ticket.learner))


def have_learner_write(ticket, actor):
    receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("Oi", "page"))


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (actions.resolve_ticket, "finished"),
        (merge_into_another, "merged"),
        (have_learner_write, "question_known"),
        (lambda ticket, actor: FirstReply.objects.update(is_enabled=False), "switched_off"),
    ],
)
def test_a_delayed_first_reply_is_withdrawn_if_a_reason_against_it_arose(
    published_request, put_off, smtp_server, actor, meanwhile, reason
):
    meanwhile(fresh(published_request), actor)
    assert sent_later(put_off).state == "cancelled"
    assert (request_of(published_request).state, request_of(published_request).reason) == ("not_sent", reason)
    assert smtp_server.taken == []


def test_a_delayed_first_reply_is_sent_if_nothing_happened(published_request, put_off, smtp_server):
    assert sent_later(put_off).state == "accepted"
    assert request_of(published_request).state == "sent"


def test_a_first_reply_the_server_may_have_received_is_not_withdrawn(published_request, put_off, smtp_server, actor):
    Dispatch.objects.filter(message=put_off).update(state="sending", handed_over_at=timezone.now())
    reply_to(published_request, actor, "Oi!")
    assert sent_later(put_off).state == "accepted"


def test_asking_again_is_withdrawn_only_when_the_ticket_is_finished(published_request, smtp_server, actor):
    message = ask_learner(published_request, actor)
    reply_to(fresh(published_request), actor, "Oi!")
    actions.resolve_ticket(fresh(published_request), actor)
    assert sent_later(message).state == "cancelled"
    assert not QuestionRequest.objects.filter(kind="again").exists()  # so that one may ask after all
