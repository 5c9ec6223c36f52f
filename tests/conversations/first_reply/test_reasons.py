"""The learners whom the first reply does not ask, each with the reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply as reply_to
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.models import Dispatch, FirstReply, PageAttempt, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status
from tests.conversations.first_reply.deciding import decide
from tests.conversations.first_reply.outcomes import fresh, reason_of, request_of
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, publish

pytestmark = pytest.mark.django_db


def test_not_if_a_person_has_answered(published_request, actor):
    reply_to(published_request, actor, "Olá!")
    decide()
    assert reason_of(published_request) == "already_answered"


def test_not_if_a_program_has_answered(published_request):
    reply_to(published_request, Actor.token("Robô"), "Olá!")
    decide()
    assert reason_of(published_request) == "already_answered"


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_not_if_the_ticket_is_finished(published_request, actor, status):
    actions.change_status(published_request, actor, status)
    decide()
    assert reason_of(published_request) == "finished"


def test_not_if_the_question_is_known(published_request, actor):
    actions.change_question(published_request, actor, "Quer a nota fiscal")
    decide()
    assert reason_of(published_request) == "question_known"


def test_not_if_the_learner_wrote_an_unverified_message(published_request, learner_actor):
    receive_message(published_request, learner_actor, IncomingMessage("Oi", "email", trust="unverified"))
    decide()
    assert reason_of(published_request) == "learner_wrote"


def test_not_on_a_merged_ticket_but_once_on_its_root(published_request, ask_for_help):
    again = ask_for_help()
    assert again.merged_into == published_request
    decide()
    assert (reason_of(again), request_of(published_request).state) == ("merged", "sent")


def test_not_if_a_ticket_merged_into_it_was_asked(published_request, ask_for_help, team):
    decide()
    other = ask_for_help(course=CourseFactory(team=team))
    actions.merge_ticket(fresh(published_request), Actor.system(), other)
    decide()
    assert reason_of(other) == "already_asked"


def test_not_if_a_member_opened_the_ticket(team, ask_for_help, actor, conceicao, course):
    with_reply = actions.open_ticket(
        team, actor, learner=conceicao, course=course, producer=course.producer, requested_at=timezone.now()
    )
    publish()
    decide()
    assert reason_of(with_reply) == "by_hand"


def test_not_during_a_conversation_on_another_ticket(team, ask_for_help, conceicao, actor):
    other = ask_for_help(course=CourseFactory(team=team))
    reply_to(other, actor, "Oi!")
    ticket = ask_for_help()
    decide()
    assert (reason_of(ticket), reason_of(other)) == ("in_conversation", "already_answered")


@pytest.mark.parametrize("how", ["resolved", "note", "long ago", "taken back"])
def test_asked_if_the_other_conversation_is_over_or_none(team, ask_for_help, actor, how):
    other = ask_for_help(course=CourseFactory(team=team))
    if how == "note":
        actions.add_note(other, actor, "Só nossa")
    else:
        message = reply_to(other, actor, "Oi!", then=Status.RESOLVED if how == "resolved" else None)
        if how == "long ago":
            Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=15))
        if how == "taken back":
            Message.objects.filter(pk=message.pk).update(cancelled_at=timezone.now())
    ticket = ask_for_help()
    decide()
    assert request_of(ticket).state == "sent"


@pytest.mark.parametrize("reason", SuppressedAddress.Reason)
def test_not_to_a_suppressed_address(published_request, team, reason):
    suppress_address(team, "conceicao@example.com", reason)
    decide()
    assert reason_of(published_request) == "suppressed"


def test_a_suppression_of_another_team_does_not_count(published_request):
    suppress_address(TeamFactory(), "conceicao@example.com", SuppressedAddress.Reason.BOUNCED)
    decide()
    assert request_of(published_request).state == "sent"


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.com"])
def test_not_without_an_address(ask_for_help, team, address):
    ticket = ask_for_help(LearnerFactory(team=team, email=address))
    decide()
    assert reason_of(ticket) == "no_address"


def test_not_for_a_test_call(ask_for_help, team):
    from webhooks.source_testing import ADDRESS

    ticket = ask_for_help(LearnerFactory(team=team, email=ADDRESS))
    decide()
    assert reason_of(ticket) == "test_call"


def test_at_most_two_per_day_and_address(team, ask_for_help):
    tickets = [ask_for_help(course=CourseFactory(team=team)) for _ in range(3)]
    decide()
    assert [request_of(ticket).state for ticket in tickets] == ["sent", "sent", "not_sent"]
    assert reason_of(tickets[2]) == "daily_limit"
    Dispatch.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    later = ask_for_help(course=CourseFactory(team=team))
    decide()
    assert request_of(later).state == "sent"


def test_not_after_a_day(ask_for_help):
    ticket = ask_for_help(requested_at=timezone.now() - timedelta(hours=25))
    decide()
    assert reason_of(ticket) == "too_late"


@pytest.mark.parametrize("how", ["off", "gone"])
def test_not_if_it_was_switched_off_or_deleted_meanwhile(published_request, first_reply, how):
    if how == "off":
        FirstReply.objects.update(is_enabled=False)
    else:
        first_reply.delete()
    decide()
    assert reason_of(published_request) == "switched_off"


@pytest.mark.parametrize(
    "name", ["", "https://mau.example/x Silva", "mau.example", "www.mau.example", "eu@mau.example"]
)
def test_not_if_a_variable_is_missing_or_contains_a_link(ask_for_help, team, name):
    ticket = ask_for_help(LearnerFactory(team=team, name=name))
    decide()
    assert reason_of(ticket) == "incomplete"


def test_new_links_count_towards_the_daily_limit(published_request, conceicao):
    link, _token = create_link(published_request)
    for _ in range(2):
        PageAttempt.objects.create(kind="link_requested", link=link, address="203.0.113.7")
    decide()
    assert reason_of(published_request) == "daily_limit"
