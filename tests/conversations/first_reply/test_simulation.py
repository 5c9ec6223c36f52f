"""What a first reply would have done with last week's requests, shown before it is switched on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply as reply_to
from helpdesk.conversations.first_reply.simulation import simulate
from helpdesk.conversations.first_reply.texts import default_body
from helpdesk.conversations.models import FirstReply
from helpdesk.tickets import actions
from helpdesk.tickets.models import Message
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


def outcome(simulation):
    return simulation.sent.count, {reason.value: each.count for reason, each in simulation.reasons}


def test_each_request_gets_the_outcome_it_would_have_had(team, first_reply, asked, actor, course):
    sent = asked()
    actions.resolve_ticket(sent, actor)  # long after it would have been asked
    asked(hours=0.01)  # not decided yet
    asked(hours=24 * 7 + 1)
    asked(learner=LearnerFactory(team=team, email=""))
    asked(learner=LearnerFactory(team=team, email="x@helpdesk.invalid"))
    asked("")
    asked(learner=sent.learner, course=course)
    told = asked()
    actions.change_question(told, actor, "Nota fiscal")
    type(told).objects.filter(pk=told.pk).update(question_known_at=told.requested_at)
    own = CourseFactory(team=team)
    FirstReply.objects.create(team=team, course=own, body="Oi?")
    asked(course=own)
    open_ticket(TeamFactory(), requested_at=timezone.now() - timedelta(hours=1))
    assert outcome(simulate(first_reply)) == (
        2,
        {"no_address": 1, "test_call": 1, "incomplete": 1, "question_known": 1},
    )


def test_answers_count_from_the_time_they_were_given(first_reply, asked, actor):
    early, late = asked(), asked()
    for ticket, minutes in ((early, 3), (late, 7)):
        message = reply_to(ticket, actor, "Oi!")
        at = ticket.requested_at + timedelta(minutes=minutes)
        Message.objects.filter(pk=message.pk).update(created_at=at)
        type(ticket).objects.filter(pk=ticket.pk).update(first_responded_at=at)
    assert outcome(simulate(first_reply)) == (1, {"already_answered": 1})
    first_reply.delay_minutes = 2
    assert outcome(simulate(first_reply)) == (2, {})


def test_the_daily_limit_is_simulated(team, first_reply, asked):
    learner = LearnerFactory(team=team)
    tickets = [asked(learner=learner, course=CourseFactory(team=team), hours=hours) for hours in (30, 5, 4, 3)]
    found = simulate(first_reply)
    assert outcome(found) == (3, {"daily_limit": 1})
    assert found.sent.tickets == [tickets[2], tickets[1], tickets[0]]


def test_for_a_course_only_its_requests_are_simulated(team, first_reply, asked, course):
    asked()
    asked(course=CourseFactory(team=team))
    of_course = FirstReply(team=team, course=course, body=default_body(), delay_minutes=5)
    assert outcome(simulate(of_course)) == (1, {})


def test_of_very_many_requests_only_the_newest_are_simulated(first_reply, asked, monkeypatch):
    monkeypatch.setattr("helpdesk.conversations.first_reply.simulation.MOST", 2)
    newest = [asked(hours=hours) for hours in (3, 2, 1)][1:]
    found = simulate(first_reply)
    assert (found.requests, found.is_cut, found.sent.tickets) == (2, True, newest[::-1])
