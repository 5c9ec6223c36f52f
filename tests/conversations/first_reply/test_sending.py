"""The first reply: what is sent by itself, and what is not, with the reason."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations import tasks
from helpdesk.conversations.actions.questions import ask_again, send_question
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply as reply_to
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.first_reply import sending
from helpdesk.conversations.links import create_link
from helpdesk.conversations.models import Dispatch, FirstReply, PageAttempt, QuestionRequest, SuppressedAddress
from helpdesk.conversations.sending import send_due
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.conversations.first_reply.conftest import decide, fresh, request_of, time_passes
from tests.factories import CourseFactory, LearnerFactory, TeamFactory, open_ticket, publish

pytestmark = pytest.mark.django_db


def automatic(ticket):
    return Message.objects.filter(ticket=ticket, kind="automatic")


def reason_of(ticket):
    request = request_of(ticket)
    assert (request.state, automatic(ticket).count(), request.decided_at is None) == ("not_sent", 0, False)
    return request.reason


def test_the_learner_is_asked_once_the_delay_is_over(ticket, reply):
    decide(minutes=4)
    assert not automatic(ticket).exists()
    decide(minutes=1)
    message = automatic(ticket).get()
    assert (message.author, message.author_name, message.cancelled_at) == (None, "", None)
    assert message.body.startswith("Hello, Conceição!\n\nWe got your request for help in Confeitaria do zero.")
    request = request_of(ticket)
    assert (request.state, request.message, request.first_reply) == ("sent", message, reply)
    assert request.topics == ["video", "download", "content", "access", "payment", "other"]
    assert request.lessons == ["Ovos recheados", "Embalagem", "Temperagem"]
    assert request.answer_by == ticket.response_due_at
    dispatch = message.dispatches.get()
    assert (dispatch.recipient, dispatch.state, dispatch.subject) == (
        "conceicao@example.com",
        "held",
        "Your question in Confeitaria do zero",
    )
    assert dispatch.next_try_at <= timezone.now()


def test_it_is_told_in_the_history_and_is_neither_answer_nor_change(ticket):
    decide()
    event = ticket.events.latest("pk")
    assert (event.kind, event.actor_kind, event.fact.message) == (
        "first_reply_sent",
        "system",
        automatic(ticket).get().pk,
    )
    after = fresh(ticket)
    assert (after.version, after.first_responded_at, after.status) == (1, None, Status.NEW)
    told = [str(entry.sentence) for entry in timeline_of(after, []) if entry.message]
    assert told == ["The first reply asked what it is about"]


def test_a_job_looks_when_the_time_has_come_and_another_for_what_is_late(ticket):
    job = ProcrastinateJob.objects.get(task_name="conversations.send_first_replies")
    assert job.scheduled_at == request_of(ticket).due_at
    tasks.enqueue_late_first_replies()
    assert ProcrastinateJob.objects.filter(task_name="conversations.send_first_replies").count() == 1
    time_passes(minutes=6)
    tasks.enqueue_late_first_replies()
    assert ProcrastinateJob.objects.filter(task_name="conversations.send_first_replies").count() == 2


def test_deciding_again_and_events_that_come_again_ask_nobody_twice(ticket):
    from helpdesk.conversations.first_reply.scheduling import schedule_first_replies

    decide()
    schedule_first_replies(list(ticket.events.all()))
    QuestionRequest.objects.update(due_at=timezone.now())
    decide()
    assert (automatic(ticket).count(), QuestionRequest.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("of_team", "of_course", "text"),
    [
        (True, None, "team"),
        (True, True, "course"),
        (False, True, "course"),
        (True, False, None),
        (False, None, None),
        (None, True, "course"),
    ],
)
def test_a_courses_own_stands_before_the_teams_on_or_off(team, course, conceicao, of_team, of_course, text):
    for place, is_enabled in ((None, of_team), (course, of_course)):
        if is_enabled is not None:
            name = "course" if place else "team"
            FirstReply.objects.create(team=team, course=place, is_enabled=is_enabled, body=f"From the {name}?")
    ticket = open_ticket(team, learner=conceicao, course=course, requested_at=timezone.now())
    publish()
    decide()
    assert [message.body for message in automatic(ticket)] == ([f"From the {text}?"] if text else [])


def test_another_teams_first_reply_asks_nobody_here(team, conceicao, course):
    FirstReply.objects.create(team=TeamFactory(), is_enabled=True, body="Oi?")
    open_ticket(team, learner=conceicao, course=course, requested_at=timezone.now())
    publish()
    assert not QuestionRequest.objects.exists()


def test_not_where_a_person_has_answered(ticket, actor):
    reply_to(ticket, actor, "Olá!")
    decide()
    assert reason_of(ticket) == "already_answered"


def test_not_where_a_program_has_answered(ticket):
    reply_to(ticket, Actor.token("Robô"), "Olá!")
    decide()
    assert reason_of(ticket) == "already_answered"


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_not_where_it_is_finished(ticket, actor, status):
    actions.change_status(ticket, actor, status)
    decide()
    assert reason_of(ticket) == "finished"


def test_not_where_the_question_is_known(ticket, actor):
    actions.tell_question(ticket, actor, "Quer a nota fiscal")
    decide()
    assert reason_of(ticket) == "question_known"


def test_not_where_the_learner_has_written_what_says_no_question(ticket, learner):
    receive_message(ticket, learner, "Oi", channel="email", trust="unverified")
    decide()
    assert reason_of(ticket) == "learner_wrote"


def test_not_on_what_is_merged_and_once_on_what_it_is_merged_into(ticket, ask_for_help):
    again = ask_for_help()
    assert again.merged_into == ticket
    decide()
    assert (reason_of(again), request_of(ticket).state) == ("merged", "sent")


def test_not_again_where_what_was_merged_into_it_was_asked(ticket, ask_for_help, team):
    decide()
    other = ask_for_help(course=CourseFactory(team=team))
    actions.merge_ticket(fresh(ticket), Actor.system(), other)
    decide()
    assert reason_of(other) == "already_asked"


def test_not_where_somebody_of_the_team_opened_it(team, ask_for_help, actor, conceicao, course):
    with_reply = actions.open_ticket(
        team, actor, learner=conceicao, course=course, producer=course.producer, requested_at=timezone.now()
    )
    publish()
    decide()
    assert reason_of(with_reply) == "by_hand"


def test_not_where_they_write_to_each_other_on_another_ticket(team, ask_for_help, conceicao, actor):
    other = ask_for_help(course=CourseFactory(team=team))
    reply_to(other, actor, "Oi!")
    ticket = ask_for_help()
    decide()
    assert (reason_of(ticket), reason_of(other)) == ("in_conversation", "already_answered")


@pytest.mark.parametrize("how", ["resolved", "note", "long ago", "taken back"])
def test_but_where_that_is_over_or_no_conversation(team, ask_for_help, actor, how):
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
def test_not_to_a_suppressed_address(ticket, team, reason):
    suppress_address(team, "conceicao@example.com", reason)
    decide()
    assert reason_of(ticket) == "suppressed"


def test_another_teams_suppression_stops_nothing_here(ticket):
    suppress_address(TeamFactory(), "conceicao@example.com", SuppressedAddress.Reason.BOUNCED)
    decide()
    assert request_of(ticket).state == "sent"


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.com"])
def test_not_without_an_address(ask_for_help, team, address):
    ticket = ask_for_help(LearnerFactory(team=team, email=address))
    decide()
    assert reason_of(ticket) == "no_address"


def test_not_for_a_test_call(ask_for_help, team):
    from webhooks.trial_calls import ADDRESS

    ticket = ask_for_help(LearnerFactory(team=team, email=ADDRESS))
    decide()
    assert reason_of(ticket) == "test_call"


def test_at_most_two_a_day_to_an_address(team, ask_for_help):
    tickets = [ask_for_help(course=CourseFactory(team=team)) for _ in range(3)]
    decide()
    assert [request_of(ticket).state for ticket in tickets] == ["sent", "sent", "not_sent"]
    assert reason_of(tickets[2]) == "daily_limit"
    Dispatch.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    later = ask_for_help(course=CourseFactory(team=team))
    decide()
    assert request_of(later).state == "sent"


def test_not_a_day_late(ask_for_help):
    ticket = ask_for_help(requested_at=timezone.now() - timedelta(hours=25))
    decide()
    assert reason_of(ticket) == "too_late"


@pytest.mark.parametrize("how", ["off", "gone"])
def test_not_where_it_was_switched_off_or_deleted_meanwhile(ticket, reply, how):
    if how == "off":
        FirstReply.objects.update(is_enabled=False)
    else:
        reply.delete()
    decide()
    assert reason_of(ticket) == "switched_off"


@pytest.mark.parametrize(
    "name", ["", "https://mau.example/x Silva", "mau.example", "www.mau.example", "eu@mau.example"]
)
def test_not_with_a_variable_that_cannot_be_filled_in_or_that_somebody_made_a_link(ask_for_help, team, name):
    ticket = ask_for_help(LearnerFactory(team=team, name=name))
    decide()
    assert reason_of(ticket) == "incomplete"


def test_what_fails_for_a_fault_of_ours_holds_up_nobody_and_ends(ticket, ask_for_help, team, monkeypatch):
    other = ask_for_help(LearnerFactory(team=team))
    write = send_question

    def fail(asked, *rest, **more):
        if asked == ticket:
            write(asked, *rest, **more)
            raise RuntimeError
        return write(asked, *rest, **more)

    monkeypatch.setattr(sending, "send_question", fail)
    decide()
    assert (request_of(ticket).state, request_of(ticket).attempts) == ("waiting", 1)
    assert request_of(other).state == "sent"
    decide()
    decide()
    assert reason_of(ticket) == "error"
    assert not Dispatch.objects.filter(message__ticket=ticket).exists()


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
    actions.tell_question(ticket, actor, "Quer a nota fiscal")
    receive_message(ticket, learner, "", channel="page", topic="payment", trust="link")
    assert (fresh(ticket).question_origin, request_of(ticket).answered_at is None) == ("team", False)


def test_deciding_takes_so_many_queries(ticket, django_assert_num_queries):
    time_passes()
    with django_assert_num_queries(29):
        assert sending.decide_next()
    assert Ticket.objects.get(pk=ticket.pk).question_requests.get().state == "sent"


@pytest.fixture
def put_off(ticket, server):
    """What was decided to be sent, and the mail server puts off."""
    server.rule = lambda step, recipient: "451 4.7.1 Greylisted" if step == "rcpt" else None
    decide()
    send_due()
    message = automatic(ticket).get()
    assert message.dispatches.get().state == "queued"
    server.rule = lambda step, recipient: None
    return message


def sent_later(message):
    """What became of it once it is tried again."""
    Dispatch.objects.filter(message=message).update(next_try_at=timezone.now())
    send_due()
    return message.dispatches.get()


def test_what_was_put_off_is_not_sent_once_somebody_answered(ticket, put_off, server, actor):
    answer = reply_to(ticket, actor, "Oi!")
    dispatch = sent_later(put_off)
    assert (dispatch.state, dispatch.reason) == ("cancelled", "Someone had answered already")
    assert server.taken == []
    request = request_of(ticket)
    assert (request.state, request.reason) == ("not_sent", "already_answered")
    assert automatic(ticket).get().cancelled_at
    assert ticket.events.latest("pk").kind == "reply_cancelled"
    assert fresh(ticket).sending_failed_at is None
    assert sent_later(answer).state == "accepted"


def merge_into_another(ticket, actor):
    actions.merge_ticket(ticket, actor, open_ticket(ticket.team, learner=ticket.learner))


def have_learner_write(ticket, actor):
    receive_message(ticket, Actor.learner(ticket.learner), "Oi", channel="page")


@pytest.mark.parametrize(
    ("meanwhile", "reason"),
    [
        (actions.resolve_ticket, "finished"),
        (merge_into_another, "merged"),
        (have_learner_write, "question_known"),
        (lambda ticket, actor: FirstReply.objects.update(is_enabled=False), "switched_off"),
    ],
)
def test_nor_for_whatever_else_has_come_about(ticket, put_off, server, actor, meanwhile, reason):
    meanwhile(fresh(ticket), actor)
    assert sent_later(put_off).state == "cancelled"
    assert (request_of(ticket).state, request_of(ticket).reason) == ("not_sent", reason)
    assert server.taken == []


def test_what_was_put_off_is_sent_where_nothing_has_come_about(ticket, put_off, server):
    assert sent_later(put_off).state == "accepted"
    assert request_of(ticket).state == "sent"


def test_what_the_server_may_have_got_is_not_withdrawn(ticket, put_off, server, actor):
    Dispatch.objects.filter(message=put_off).update(state="sending", handed_over_at=timezone.now())
    reply_to(ticket, actor, "Oi!")
    assert sent_later(put_off).state == "accepted"


def test_who_asks_again_is_not_stopped_by_an_answer_but_by_the_question(ticket, server, actor):
    message = ask_again(ticket, actor)
    reply_to(fresh(ticket), actor, "Oi!")
    actions.resolve_ticket(fresh(ticket), actor)
    assert sent_later(message).state == "cancelled"
    assert not QuestionRequest.objects.filter(kind="again").exists()  # so that one may ask after all


def test_new_links_count_among_the_automatic_e_mails_of_a_day(ticket, conceicao):
    link, _token = create_link(ticket)
    for _ in range(2):
        PageAttempt.objects.create(kind="link_requested", link=link, address="203.0.113.7")
    decide()
    assert reason_of(ticket) == "daily_limit"
