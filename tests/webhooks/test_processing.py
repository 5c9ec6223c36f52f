"""What a worker makes of stored deliveries."""

import json
import time

import psycopg
import pytest

from helpdesk.courses.models import Course, Learner, LearnerActivity
from helpdesk.demo.examples import examples
from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.models import Status, Ticket
from tests.factories import source_of
from tests.servers import database_address
from tests.webhooks.bad_content import BAD_CONTENT
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks import processing
from webhooks.events import ContentError
from webhooks.handlers import _HANDLERS, handles
from webhooks.models import Delivery
from webhooks.processing import process_waiting

pytestmark = pytest.mark.django_db
HELP = learner_help()["data"]


def test_a_call_for_help_becomes_a_ticket(client, source):
    delivery = deliver(client, source, learner_help())
    ticket = Ticket.objects.get()
    assert (ticket.team, ticket.status, ticket.learner.email) == (source.team, Status.NEW, "learner@eduzz.com")
    assert ticket.course is not None
    assert ticket.course.title == "Título do Curso"
    assert ticket.course.producer == ticket.producer
    assert (delivery.outcome, delivery.ticket, delivery.attempts) == ("processed", ticket, 1)
    assert (delivery.finished_at is not None, delivery.next_attempt_at) == (True, None)
    assert (ticket.producer is not None, ticket.created_at) == (True, delivery.received_at)
    assert ticket.requested_at.isoformat() == "2023-09-25T19:05:43+00:00"


@pytest.mark.parametrize("name", sorted(examples()))
def test_every_example_of_the_vendor_is_processed(client, source, name):
    assert deliver(client, source, examples()[name]).outcome == "processed"
    if name != "nutror.learner_help":
        activity = LearnerActivity.objects.get()
        assert f"nutror.{activity.kind}" == name
        assert activity.learner.email == examples()[name]["data"]["learner"]["email"]
        assert activity.course is not None


@pytest.mark.parametrize("name", ["myeduzz.invoice_paid", "nutror.something_new", "zzz"])
def test_an_event_without_a_handler_is_stored(client, source, name):
    delivery = deliver(client, source, {"id": "1", "event": name, "data": {"producer": {"originSecret": "s"}}})
    assert delivery.outcome == "ignored"
    assert delivery.is_replayable


def test_an_event_cannot_have_two_handlers():
    with pytest.raises(ValueError, match=r"nutror.learner_help has a handler already: webhooks.handlers.learner_help"):
        handles("nutror.learner_help")(lambda records, event: None)


@pytest.mark.parametrize("case", BAD_CONTENT)
def test_invalid_content_is_stored_with_its_problem(client, source, case):
    body, problem = BAD_CONTENT[case]
    delivery = deliver(client, source, body)
    assert (delivery.outcome, delivery.problem) == ("failed", problem)
    assert delivery.explanation
    assert Ticket.objects.count() == Learner.objects.count() == Course.objects.count() == 0
    first = delivery.finished_at
    delivery = deliver(client, source, body)  # once more, which tries it anew
    assert (delivery.outcome, delivery.attempts) == ("failed", 1)
    assert first and delivery.finished_at and delivery.finished_at > first  # noqa: PT018 - for the type checker


@pytest.mark.parametrize("number", [1e400, -1, 101, "x", True, 10**30])
def test_an_invalid_progress_fails_the_event(client, source, number):
    event = {"id": "1", "event": "nutror.lesson_watched", "data": HELP | {"course": HELP["course"] | {"progress": 5}}}
    body = json.dumps(event).replace('"progress": 5', f'"progress": {json.dumps(number)}').encode()
    assert deliver(client, source, body).outcome == "failed"
    assert LearnerActivity.objects.count() == 0


def test_the_duration_is_recorded_in_milliseconds(client, source, monkeypatch):
    monkeypatch.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: time.sleep(0.05))
    assert 50 <= deliver(client, source, learner_help()).duration_ms < 5_000


def test_an_activity_stores_the_facts_of_its_event(client, source):
    lesson, course = {"id": "x" * 70, "title": "Aula 3", "rating": 5}, HELP["course"] | {"progress": 100}
    for number, (name, facts) in enumerate(
        [
            ("lesson_rated", {"lesson": lesson, "course": course}),
            ("module_completed", {"module": {"title": "Módulo 2"}}),
            ("comment_created", {"comment": {"text": "x" * 10_001}}),
            ("inactive_student", {"course": HELP["course"] | {"inactiveDays": 100_000}}),
        ]
    ):
        deliver(client, source, {"id": str(number), "event": f"nutror.{name}", "data": HELP | facts})
    rated, completed, commented, inactive = LearnerActivity.objects.order_by("pk")
    assert (rated.lesson_key, rated.lesson_title, rated.rating, rated.progress) == ("x" * 64, "Aula 3", 5, 100)
    assert (completed.module_title, len(commented.comment_text), inactive.inactive_days) == (
        "Módulo 2",
        10_000,
        100_000,
    )
    assert {row.occurred_at.isoformat() for row in LearnerActivity.objects.all()} == {"2023-09-25T19:05:43+00:00"}
    assert {row.team for row in LearnerActivity.objects.all()} == {source.team}


@pytest.mark.parametrize(
    ("name", "facts", "problem", "where"),
    [
        ("lesson_rated", {"lesson": {"rating": 6}}, "invalid", "data.lesson.rating"),
        (
            "inactive_student",
            {"course": HELP["course"] | {"inactiveDays": 100_001}},
            "invalid",
            "data.course.inactiveDays",
        ),
        ("enrollment_created", {"courses": [HELP["course"]] * 201}, "invalid", "data.courses"),
        ("enrollment_created", {"courses": {}}, "wrong_type", "data.courses"),
    ],
)
def test_out_of_range_facts_fail_the_event(client, source, name, facts, problem, where):
    delivery = deliver(client, source, {"id": "1", "event": f"nutror.{name}", "data": HELP | facts})
    assert (delivery.outcome, delivery.problem, delivery.reason) == ("failed", problem, where)
    assert LearnerActivity.objects.count() == 0


def test_an_enrolment_without_courses_is_recorded_for_its_bundle(client, source):
    for number, courses in enumerate(["[]", "null"]):
        facts = {"courses": json.loads(courses), "content": {"hash": "bundle", "title": "Combo"}}
        deliver(client, source, {"id": str(number), "event": "nutror.enrollment_created", "data": HELP | facts})
    rows = LearnerActivity.objects.values_list("course__title", "kind", "learner__email")
    assert list(rows) == [("Combo", "enrollment_created", "learner@eduzz.com")] * 2


def test_long_texts_are_truncated_not_refused(client, source):
    deliver(client, source, learner_help(learner={"email": "a@b.c", "name": "n" * 5000}))
    assert len(Ticket.objects.get().learner.name) == 255


def test_texts_are_normalized_to_nfc(client, source):
    for number, name in enumerate(["Jose\u0301", "José"]):
        learner = {"email": f"{name}@x.com", "name": name}
        deliver(client, source, learner_help(id=str(number), learner=learner))
    assert Learner.objects.get().name == "José"


def test_a_failing_handler_affects_neither_the_delivery_nor_other_events(client, source, monkeypatch):
    def fail(*args, **kwargs):
        list(Ticket.objects.raw("SELECT 1 / 0 AS id"))

    with monkeypatch.context() as broken:
        broken.setattr("webhooks.handlers.learner_help.open_ticket", fail)
        send(client, source, learner_help())
        send(client, source, examples()["nutror.lesson_started"])
        process()
    outcomes = dict(Delivery.objects.values_list("event", "outcome"))
    assert outcomes == {"nutror.learner_help": "failed", "nutror.lesson_started": "processed"}
    assert Delivery.objects.get(event="nutror.learner_help").problem == "handler_error"
    again = deliver(client, source, learner_help())
    assert (again.outcome, again.attempts, again.ticket) == ("processed", 1, Ticket.objects.get())


def test_records_created_by_a_failed_event_are_not_used_by_the_next(client, source):
    """An enrolment names a new course, and then a bad e-mail; a call about that course follows in the same batch."""
    enrolment = HELP | {"courses": [HELP["course"]] * 2, "learner": {"email": "bad"}}
    send(client, source, {"id": "1", "event": "nutror.enrollment_created", "data": enrolment})
    send(client, source, learner_help())
    process()
    assert list(Delivery.objects.order_by("pk").values_list("outcome", flat=True)) == ["failed", "processed"]
    assert Ticket.objects.get().course == Course.objects.get()


def test_a_course_deleted_by_the_operator_is_created_again(client, source):
    deliver(client, source, examples()["nutror.lesson_started"])
    course = HELP["course"] | {"title": "De novo"}
    Course.objects.all().delete()
    assert deliver(client, source, learner_help(course=course)).outcome == "processed"
    assert Course.objects.get(tickets__isnull=False).title == "De novo"


def test_a_repeated_call_is_merged_into_the_unfinished_ticket(client, source):
    for number in range(5):
        send(client, source, learner_help(id=f"press-{number}"))
    process()
    first = Ticket.objects.unfinished().get()
    assert (Ticket.objects.count(), first.number, first.request_count) == (5, 1, 5)


def test_an_enrolment_in_several_courses_is_recorded_for_each(client, source):
    courses = [{"hash": "a", "title": "A"}, {"hash": "b", "title": "B"}]
    deliver(client, source, {"id": "1", "event": "nutror.enrollment_created", "data": HELP | {"courses": courses}})
    assert sorted(LearnerActivity.objects.values_list("course__title", flat=True)) == ["A", "B"]


def test_a_batch_takes_few_queries_per_event(client, source, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(processing, "BATCH_SECONDS", 60)
    for number in range(20):
        send(client, source, learner_help(id=str(number), learner={"email": f"l{number}@x.com"}))
    with django_assert_max_num_queries(20 * 8 + 30):
        process_waiting()
    assert Ticket.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_a_locked_learner_does_not_hold_up_other_events(client):
    source = source_of()
    held = deliver(client, source, learner_help(id="1")).ticket
    assert held is not None
    send(client, source, learner_help(id="2"))
    send(client, source, learner_help(id="3", learner={"email": "other@x.com"}))
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT FROM courses_learner WHERE id = %s FOR UPDATE", [held.learner_id])
        started = time.monotonic()
        process_waiting()
        assert time.monotonic() - started < 8  # before a statement's time is up
        outcomes = dict(Delivery.objects.values_list("event_id", "outcome"))
        assert outcomes == {"1": "processed", "2": "waiting", "3": "processed"}
    time.sleep(processing.BUSY.total_seconds())
    process()
    delivery = Delivery.objects.get(event_id="2")
    assert (delivery.outcome, delivery.attempts) == ("processed", 1)


def test_an_odd_problem_does_not_fail_the_rest_of_the_batch(client, source, monkeypatch):
    def refuse_one(*args, learner, **options):
        if learner.email == "odd@x.com":
            raise ContentError(Delivery.Problem.INVALID, "a\0b \ud83d" + "x" * 900)
        return open_ticket(*args, learner=learner, **options)

    monkeypatch.setattr("webhooks.handlers.learner_help.open_ticket", refuse_one)
    send(client, source, learner_help(id="1", learner={"email": "odd@x.com"}))
    send(client, source, learner_help(id="2"))
    process()
    assert list(Delivery.objects.order_by("event_id").values_list("outcome", flat=True)) == ["failed", "processed"]


def test_a_dangling_reference_keeps_only_its_own_event_waiting(client, source, monkeypatch):
    def point_nowhere(records, event):
        LearnerActivity.objects.create(
            team=source.team, learner_id=0, course=None, kind="lesson_started", occurred_at=event.occurred_at
        )

    monkeypatch.setitem(_HANDLERS, "nutror.lesson_started", point_nowhere)
    send(client, source, {"id": "1", "event": "nutror.lesson_started", "data": {}})
    send(client, source, learner_help(id="2"))
    process()
    assert list(Delivery.objects.order_by("pk").values_list("outcome", flat=True)) == ["waiting", "processed"]


def test_processing_the_last_delivery_reports_that_none_is_due(client, source, monkeypatch):
    monkeypatch.setattr("webhooks.claims._served_last", 0)  # or those of teams before would be looked at as well
    send(client, source, learner_help())
    assert process_waiting() is False
