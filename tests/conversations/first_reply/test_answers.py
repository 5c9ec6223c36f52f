"""What the learner writes to the first reply."""

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.conversations.first_reply.deciding import decide
from tests.conversations.first_reply.outcomes import fresh, request_of
from tests.factories import CourseFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_an_answer_is_attributed_to_the_first_reply(published_request, learner_actor):
    decide()
    receive_message(published_request, learner_actor, IncomingMessage("", "page", topic="video", trust="link"))
    after = fresh(published_request)
    assert (after.topic, after.question_origin) == ("video", "first_reply")
    assert request_of(published_request).answered_at is not None


@pytest.mark.parametrize(("channel", "trust"), [("page", "link"), ("email", "token")])
def test_a_message_before_the_first_reply_is_not_attributed_to_it(published_request, learner_actor, channel, trust):
    receive_message(published_request, learner_actor, IncomingMessage("Não abre", channel, trust=trust))
    assert fresh(published_request).question_origin == channel
    assert request_of(published_request).answered_at is None


def test_an_unverified_message_is_no_answer(published_request, learner_actor):
    decide()
    receive_message(published_request, learner_actor, IncomingMessage("Oi", "email", trust="unverified"))
    assert request_of(published_request).answered_at is None


def test_an_answer_on_a_merged_ticket_counts(published_request, learner_actor, team, conceicao, course):
    decide()
    root = open_ticket(team, learner=conceicao, course=CourseFactory(team=team), requested_at=timezone.now())
    actions.merge_ticket(fresh(published_request), Actor.system(), root)
    receive_message(fresh(published_request), learner_actor, IncomingMessage("Não abre", "page", trust="link"))
    assert request_of(published_request).answered_at is not None
    assert fresh(root).question_origin == "first_reply"


def test_a_question_written_by_the_team_keeps_its_origin(published_request, learner_actor, actor):
    decide()
    actions.change_question(published_request, actor, "Quer a nota fiscal")
    receive_message(published_request, learner_actor, IncomingMessage("", "page", topic="payment", trust="link"))
    assert (fresh(published_request).question_origin, request_of(published_request).answered_at is None) == (
        "team",
        False,
    )


def test_a_bounced_first_reply_counts_as_not_sent_until_it_is_retried(published_request, actor):
    decide()
    message = request_of(published_request).message
    message.dispatches.update(state="accepted")
    note_failed(message.dispatches.get(), Dispatch.State.BOUNCED, "No.")
    assert (request_of(published_request).state, request_of(published_request).reason) == ("not_sent", "not_delivered")
    retry_message(message, actor)
    assert (request_of(published_request).state, request_of(published_request).reason) == ("sent", "")


def test_a_bounce_after_the_answer_changes_nothing(published_request):
    decide()
    message = request_of(published_request).message
    message.dispatches.update(state="accepted")
    receive_message(
        published_request, Actor.learner(published_request.learner), IncomingMessage("O vídeo.", "page", trust="link")
    )
    note_failed(message.dispatches.get(), Dispatch.State.BOUNCED, "No.")
    assert request_of(published_request).state == "sent"
