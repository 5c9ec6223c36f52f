"""The first reply is sent automatically."""

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations import tasks
from helpdesk.conversations.actions.asking import send_question
from helpdesk.conversations.first_reply import sending
from helpdesk.conversations.models import Dispatch, FirstReply, QuestionRequest
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.timeline import timeline_of
from tests.conversations.first_reply.deciding import decide, time_passes
from tests.conversations.first_reply.outcomes import automatic, fresh, reason_of, request_of
from tests.factories import LearnerFactory, TeamFactory, open_ticket, publish

pytestmark = pytest.mark.django_db


def test_the_learner_is_asked_after_the_delay(published_request, first_reply):
    decide(minutes=4)
    assert not automatic(published_request).exists()
    decide(minutes=1)
    message = automatic(published_request).get()
    assert (message.author, message.author_name, message.cancelled_at) == (None, "", None)
    assert message.body.startswith("Hello, Conceição!\n\nWe got your request for help in Confeitaria do zero.")
    request = request_of(published_request)
    assert (request.state, request.message, request.first_reply) == ("sent", message, first_reply)
    assert request.topics == ["video", "download", "content", "access", "payment", "other"]
    assert request.lessons == ["Ovos recheados", "Embalagem", "Temperagem"]
    assert request.answer_by == published_request.response_due_at
    dispatch = message.dispatches.get()
    assert (dispatch.recipient, dispatch.state, dispatch.subject) == (
        "conceicao@example.com",
        "held",
        "Your question in Confeitaria do zero",
    )
    assert dispatch.next_try_at <= timezone.now()


def test_the_history_shows_it_and_it_counts_neither_as_response_nor_as_change(published_request):
    decide()
    event = published_request.events.latest("pk")
    assert (event.kind, event.actor_kind, event.fact.message) == (
        "first_reply_sent",
        "system",
        automatic(published_request).get().pk,
    )
    after = fresh(published_request)
    assert (after.version, after.first_responded_at, after.status) == (1, None, Status.NEW)
    told = [str(entry.sentence) for entry in timeline_of(after, []) if entry.message]
    assert told == ["The first reply asked what it is about"]


def test_a_job_is_scheduled_for_the_due_time_and_another_for_late_ones(published_request):
    job = ProcrastinateJob.objects.get(task_name="conversations.send_first_replies")
    assert job.scheduled_at == request_of(published_request).due_at
    tasks.enqueue_late_first_replies()
    assert ProcrastinateJob.objects.filter(task_name="conversations.send_first_replies").count() == 1
    time_passes(minutes=6)
    tasks.enqueue_late_first_replies()
    assert ProcrastinateJob.objects.filter(task_name="conversations.send_first_replies").count() == 2


def test_repeated_decisions_and_events_ask_once(published_request):
    from helpdesk.conversations.first_reply.scheduling import schedule_first_replies

    decide()
    schedule_first_replies(list(published_request.events.all()))
    QuestionRequest.objects.update(due_at=timezone.now())
    decide()
    assert (automatic(published_request).count(), QuestionRequest.objects.count()) == (1, 1)


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
def test_the_courses_first_reply_takes_precedence_on_or_off(team, course, conceicao, of_team, of_course, text):
    for place, is_enabled in ((None, of_team), (course, of_course)):
        if is_enabled is not None:
            name = "course" if place else "team"
            FirstReply.objects.create(team=team, course=place, is_enabled=is_enabled, body=f"From the {name}?")
    ticket = open_ticket(team, learner=conceicao, course=course, requested_at=timezone.now())
    publish()
    decide()
    assert [message.body for message in automatic(ticket)] == ([f"From the {text}?"] if text else [])


def test_another_teams_first_reply_is_not_sent(team, conceicao, course):
    FirstReply.objects.create(team=TeamFactory(), is_enabled=True, body="Oi?")
    open_ticket(team, learner=conceicao, course=course, requested_at=timezone.now())
    publish()
    assert not QuestionRequest.objects.exists()


def test_an_internal_error_does_not_hold_up_others_and_is_given_up(published_request, ask_for_help, team, monkeypatch):
    other = ask_for_help(LearnerFactory(team=team))
    write = send_question

    def fail(asked, *rest, **more):
        if asked == published_request:
            write(asked, *rest, **more)
            raise RuntimeError
        return write(asked, *rest, **more)

    monkeypatch.setattr(sending, "send_question", fail)
    decide()
    assert (request_of(published_request).state, request_of(published_request).attempts) == ("waiting", 1)
    assert request_of(other).state == "sent"
    decide()
    decide()
    assert reason_of(published_request) == "error"
    assert not Dispatch.objects.filter(message__ticket=published_request).exists()


def test_deciding_takes_a_fixed_number_of_queries(published_request, django_assert_num_queries):
    time_passes()
    with django_assert_num_queries(29):
        assert sending.decide_next()
    assert Ticket.objects.get(pk=published_request.pk).question_requests.get().state == "sent"
