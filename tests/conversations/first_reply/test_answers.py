"""What the learner writes to the first reply."""

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.conversations.first_reply.conftest import decide, fresh, request_of
from tests.factories import CourseFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_the_answer_is_known_to_come_from_it(ticket, learner):
    decide()
    receive_message(ticket, learner, "", channel="page", topic="video", trust="link")
    after = fresh(ticket)
    assert (after.topic, after.question_origin) == ("video", "first_reply")
    assert request_of(ticket).answered_at is not None


@pytest.mark.parametrize(("channel", "trust"), [("page", "link"), ("email", "token")])
def test_an_answer_that_nobody_asked_for_does_not(ticket, learner, channel, trust):
    receive_message(ticket, learner, "Não abre", channel=channel, trust=trust)
    assert fresh(ticket).question_origin == channel
    assert request_of(ticket).answered_at is None


def test_what_may_be_forged_is_no_answer(ticket, learner):
    decide()
    receive_message(ticket, learner, "Oi", channel="email", trust="unverified")
    assert request_of(ticket).answered_at is None


def test_an_answer_on_what_was_merged_counts(ticket, learner, team, conceicao, course):
    decide()
    root = open_ticket(team, learner=conceicao, course=CourseFactory(team=team), requested_at=timezone.now())
    actions.merge_ticket(fresh(ticket), Actor.system(), root)
    receive_message(fresh(ticket), learner, "Não abre", channel="page", trust="link")
    assert request_of(ticket).answered_at is not None
    assert fresh(root).question_origin == "first_reply"


def test_what_the_team_had_written_down_stays_the_teams(ticket, learner, actor):
    decide()
    actions.change_question(ticket, actor, "Quer a nota fiscal")
    receive_message(ticket, learner, "", channel="page", topic="payment", trust="link")
    assert (fresh(ticket).question_origin, request_of(ticket).answered_at is None) == ("team", False)
