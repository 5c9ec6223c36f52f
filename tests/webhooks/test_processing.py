"""What a worker makes of stored deliveries."""

import json
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection
from django.utils import timezone
from psycopg.errors import ForeignKeyViolation

from helpdesk.courses.models import Course, Learner, LearnerActivity
from helpdesk.demo.examples import examples
from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.models import Status, Ticket
from tests.conftest import database_address
from tests.factories import source_of
from tests.webhooks.bad_content import BAD_CONTENT
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks import processing
from webhooks.claims import claim_batch
from webhooks.events import ContentError
from webhooks.handlers import _HANDLERS, handles
from webhooks.models import Delivery
from webhooks.processing import MOST_ATTEMPTS, process_waiting

pytestmark = pytest.mark.django_db
HELP = learner_help()["data"]


@pytest.fixture
def source():
    return source_of()


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
def test_an_event_that_nobody_handles_is_kept(client, source, name):
    delivery = deliver(client, source, {"id": "1", "event": name, "data": {"producer": {"originSecret": "s"}}})
    assert delivery.outcome == "ignored"
    assert delivery.is_replayable


def test_an_event_has_one_handler():
    with pytest.raises(ValueError, match=r"nutror.learner_help has a handler already: webhooks.handlers.learner_help"):
        handles("nutror.learner_help")(lambda records, event: None)


@pytest.mark.parametrize("case", BAD_CONTENT)
def test_wrong_content_is_kept_with_its_reason(client, source, case):
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
def test_a_progress_that_makes_no_sense_fails_and_loses_nothing(client, source, number):
    event = {"id": "1", "event": "nutror.lesson_watched", "data": HELP | {"course": HELP["course"] | {"progress": 5}}}
    body = json.dumps(event).replace('"progress": 5', f'"progress": {json.dumps(number)}').encode()
    assert deliver(client, source, body).outcome == "failed"
    assert LearnerActivity.objects.count() == 0


def test_the_handling_is_timed_in_milliseconds(client, source, monkeypatch):
    monkeypatch.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: time.sleep(0.05))
    assert 50 <= deliver(client, source, learner_help()).duration_ms < 5_000


def test_an_activity_keeps_the_facts_of_its_event(client, source):
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
def test_facts_out_of_their_bounds_fail(client, source, name, facts, problem, where):
    delivery = deliver(client, source, {"id": "1", "event": f"nutror.{name}", "data": HELP | facts})
    assert (delivery.outcome, delivery.problem, delivery.reason) == ("failed", problem, where)
    assert LearnerActivity.objects.count() == 0


def test_an_enrolment_without_courses_is_one_in_its_bundle(client, source):
    for number, courses in enumerate(["[]", "null"]):
        facts = {"courses": json.loads(courses), "content": {"hash": "bundle", "title": "Combo"}}
        deliver(client, source, {"id": str(number), "event": "nutror.enrollment_created", "data": HELP | facts})
    rows = LearnerActivity.objects.values_list("course__title", "kind", "learner__email")
    assert list(rows) == [("Combo", "enrollment_created", "learner@eduzz.com")] * 2


def test_long_texts_are_cut_not_refused(client, source):
    deliver(client, source, learner_help(learner={"email": "a@b.c", "name": "n" * 5000}))
    assert len(Ticket.objects.get().learner.name) == 255


def test_texts_are_compared_as_nfc(client, source):
    for number, name in enumerate(["Jose\u0301", "José"]):
        learner = {"email": f"{name}@x.com", "name": name}
        deliver(client, source, learner_help(id=str(number), learner=learner))
    assert Learner.objects.get().name == "José"


def test_a_failing_handler_harms_neither_the_delivery_nor_other_events(client, source, monkeypatch):
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


def test_what_a_failed_event_made_is_not_used_by_the_next(client, source):
    """An enrolment names a new course, and then a bad e-mail; a call about that course follows in the same batch."""
    enrolment = HELP | {"courses": [HELP["course"]] * 2, "learner": {"email": "bad"}}
    send(client, source, {"id": "1", "event": "nutror.enrollment_created", "data": enrolment})
    send(client, source, learner_help())
    process()
    assert list(Delivery.objects.order_by("pk").values_list("outcome", flat=True)) == ["failed", "processed"]
    assert Ticket.objects.get().course == Course.objects.get()


def test_a_course_that_the_operator_deleted_is_made_again(client, source):
    deliver(client, source, examples()["nutror.lesson_started"])
    course = HELP["course"] | {"title": "De novo"}
    Course.objects.all().delete()
    assert deliver(client, source, learner_help(course=course)).outcome == "processed"
    assert Course.objects.get(tickets__isnull=False).title == "De novo"


class TestTimes:
    @pytest.mark.parametrize(
        ("created_at", "sent", "expected"),
        [
            ("2023-09-25 19:05:43", None, "2023-09-25T19:05:43+00:00"),
            ("2023-09-25T19:05:43Z", None, "2023-09-25T19:05:43+00:00"),
            ("2023-09-25T16:05:43-03:00", None, "2023-09-25T19:05:43+00:00"),
            ("yesterday", "2024-02-29T14:33:06.908Z", "2024-02-29T14:33:06.908000+00:00"),
            (None, "2024-02-29T14:33:06.908Z", "2024-02-29T14:33:06.908000+00:00"),
            (12, "2024-02-29T14:33:06.908Z", "2024-02-29T14:33:06.908000+00:00"),
            ("2023-02-31 10:00:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
            ("2023-09-25\ud83d10:00:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
            ("0001-01-01\x0010:00:00", "2024-02-29T14:33:06Z", "2024-02-29T14:33:06+00:00"),
        ],
    )
    def test_they_fall_back_from_created_to_sent(self, client, source, created_at, sent, expected):
        deliver(client, source, learner_help(createdAt=created_at) | {"sentDate": sent})
        assert Ticket.objects.get().requested_at.isoformat() == expected

    def test_unreadable_ones_fall_back_to_the_receipt(self, client, source):
        delivery = deliver(client, source, learner_help(createdAt="x") | {"sentDate": "y"})
        assert Ticket.objects.get().requested_at == delivery.received_at

    @pytest.mark.parametrize(
        "time",
        [
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+03:00",
            "9999-12-31T23:59:59Z",
            "9999-12-31T23:59:59-03:00",
            "2099-01-01 00:00:00",
            "2009-12-31T23:59:59Z",
        ],
    )
    @pytest.mark.parametrize("name", ["nutror.learner_help", "nutror.lesson_started"])
    def test_for_an_implausible_one_the_receipt_counts_and_the_delivery_tells(self, client, source, name, time):
        delivery = deliver(client, source, {"id": "1", "event": name, "data": HELP | {"createdAt": time}})
        assert (delivery.outcome, delivery.problem) == ("processed", "implausible_time")
        assert time in delivery.explanation
        if name == "nutror.learner_help":
            assert Ticket.objects.get().requested_at == delivery.received_at
        else:
            assert LearnerActivity.objects.get().occurred_at == delivery.received_at

    def test_an_implausible_sent_date_is_not_kept(self, client, source):
        delivery = deliver(client, source, learner_help() | {"sentDate": "9999-12-31T23:59:59Z"})
        assert (delivery.sent_at, delivery.problem) == (None, "implausible_time")
        assert Ticket.objects.get().requested_at.year == 2023

    def test_a_clock_may_be_a_little_ahead(self, client, source):
        ahead = (timezone.now() + timedelta(hours=23)).replace(microsecond=0)
        deliver(client, source, learner_help(createdAt=ahead.isoformat()))
        assert Ticket.objects.get().requested_at == ahead

    def test_later_names_apply_after_an_implausible_time(self, client, source):
        later = (timezone.now() + timedelta(minutes=1)).isoformat()
        for number, (moment, title) in enumerate([("9999-01-01T00:00:00Z", "A"), (later, "B")]):
            course = HELP["course"] | {"title": title}
            deliver(client, source, learner_help(id=str(number), course=course, createdAt=moment))
        assert Course.objects.get().title == "B"


def test_a_repeated_call_is_merged_into_the_unfinished_ticket(client, source):
    for number in range(5):
        send(client, source, learner_help(id=f"press-{number}"))
    process()
    first = Ticket.objects.unfinished().get()
    assert (Ticket.objects.count(), first.number, first.request_count) == (5, 1, 5)


def test_an_enrolment_in_several_courses_is_a_row_for_each(client, source):
    courses = [{"hash": "a", "title": "A"}, {"hash": "b", "title": "B"}]
    deliver(client, source, {"id": "1", "event": "nutror.enrollment_created", "data": HELP | {"courses": courses}})
    assert sorted(LearnerActivity.objects.values_list("course__title", flat=True)) == ["A", "B"]


class TestTransientErrors:
    @pytest.fixture
    def broken(self, monkeypatch):
        """Have the handler raise this; `mend()` has it work again."""

        def break_with(error):
            def fail(records, event):
                raise error

            monkeypatch.setitem(_HANDLERS, "nutror.learner_help", fail)

        return break_with

    def test_the_delivery_waits_and_is_tried_again_later(self, client, source, broken, monkeypatch):
        broken(OperationalError("canceling statement due to lock timeout"))
        send(client, source, learner_help())
        process()
        delivery = Delivery.objects.get()
        assert (delivery.outcome, delivery.attempts, delivery.interruptions) == ("waiting", 1, 0)
        assert Delivery.objects.filter(next_attempt_at__gt=timezone.now()).exists()
        assert "OperationalError" in delivery.explanation
        monkeypatch.undo()
        Delivery.objects.update(next_attempt_at=timezone.now())
        process()
        delivery.refresh_from_db()
        assert (delivery.outcome, delivery.attempts, delivery.explanation) == ("processed", 2, "")

    def test_the_waits_grow_up_to_a_minute(self, client, source, broken):
        broken(OperationalError("deadlock detected"))
        send(client, source, learner_help())
        waits = []
        for _ in range(10):
            Delivery.objects.update(next_attempt_at=timezone.now())
            process()
            next_attempt_at = Delivery.objects.values_list("next_attempt_at", flat=True).get()
            assert next_attempt_at is not None
            waits.append(round((next_attempt_at - timezone.now()).total_seconds()))
        assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]

    def test_what_was_deleted_in_between_is_looked_for_again_but_not_for_ever(self, client, source, broken):
        error = IntegrityError("violates foreign key constraint")
        error.__cause__ = ForeignKeyViolation()
        broken(error)
        send(client, source, learner_help())
        outcomes = []
        for _ in range(MOST_ATTEMPTS + 1):
            Delivery.objects.update(next_attempt_at=timezone.now())
            process()
            outcomes.append(Delivery.objects.get().outcome)
        assert outcomes == ["waiting"] * MOST_ATTEMPTS + ["failed"]

    def test_what_passes_by_itself_is_waited_for_however_long_it_takes(self, client, source, broken):
        broken(OperationalError("canceling statement due to lock timeout"))
        send(client, source, learner_help())
        Delivery.objects.update(attempts=1_000)
        process()
        assert Delivery.objects.get().outcome == "waiting"

    def test_an_error_of_the_database_is_named_and_not_quoted(self, client, source, broken):
        broken(DataError("value too long: segredo"))
        assert deliver(client, source, learner_help()).reason == "DataError"
        broken(ValueError("too long"))
        assert deliver(client, source, learner_help(id="2")).reason == "ValueError: too long"

    def test_where_the_database_cannot_go_on_everything_is_as_before(self, client, source, monkeypatch):
        def lose(*args):
            raise OperationalError("terminating connection")

        closed: list[bool] = []
        monkeypatch.setattr(connection, "close", lambda: closed.append(True))  # it is the test's own
        monkeypatch.setattr(processing, "_process", lose)
        send(client, source, learner_help())
        with pytest.raises(OperationalError):
            process_waiting()
        delivery = Delivery.objects.due().get()
        assert (delivery.attempts, delivery.interruptions, closed) == (0, 0, [True])

    def test_a_connection_that_a_handler_lost_is_not_the_events_fault(self, client, source, monkeypatch):
        def lose(records, event):
            monkeypatch.setattr(connection, "is_usable", lambda: False)
            raise InterfaceError("the connection is closed")

        monkeypatch.setattr(connection, "close", lambda: None)
        monkeypatch.setitem(_HANDLERS, "nutror.learner_help", lose)
        send(client, source, learner_help())
        with pytest.raises(OperationalError, match="connection was lost"):
            process_waiting()

    def test_an_error_that_time_does_not_heal_fails_at_once(self, client, source, broken):
        broken(DataError("value too long"))
        assert deliver(client, source, learner_help()).outcome == "failed"


class TestInterruptions:
    """A worker that ends in the middle of a batch leaves its deliveries waiting, claimed and counted."""

    @pytest.fixture
    def interrupted(self, client, source):
        """Three deliveries that were in work when their worker ended."""
        for number in range(3):
            send(client, source, learner_help(id=str(number), learner={"email": f"l{number}@x.com"}))
        claim_batch()

    def run_out(self):
        Delivery.objects.update(next_attempt_at=timezone.now())

    def test_nobody_takes_them_while_the_claim_lasts(self, interrupted):
        assert process_waiting() is False
        assert Ticket.objects.count() == 0

    def test_they_are_taken_one_by_one_when_it_has_run_out(self, interrupted):
        self.run_out()
        assert process_waiting() is True
        assert Ticket.objects.count() == 1
        process()
        assert Ticket.objects.count() == 3
        assert set(Delivery.objects.values_list("outcome", "interruptions")) == {("processed", 0)}

    def test_one_that_ends_its_worker_three_times_has_failed_and_the_others_have_not(self, interrupted):
        for _ in range(2):
            self.run_out()
            claim_batch()
        self.run_out()
        process()
        poison, *others = Delivery.objects.order_by("pk")
        assert (poison.outcome, poison.problem, poison.attempts) == ("failed", "interrupted", 3)
        assert {delivery.outcome for delivery in others} == {"processed"}

    def test_a_claim_that_another_worker_took_over_is_let_go(self, interrupted):
        self.run_out()
        claim, _has_more = claim_batch()
        assert claim
        self.run_out()
        processing._process(claim)
        assert Ticket.objects.count() == 0

    def test_a_batch_that_has_no_time_left_leaves_the_rest_where_it_was(self, interrupted, client, source, monkeypatch):
        Delivery.objects.update(attempts=0, interruptions=0)
        self.run_out()
        before = dict(Delivery.objects.values_list("pk", "next_attempt_at"))
        monkeypatch.setattr(processing, "BATCH_SECONDS", -1)
        send(client, source, learner_help(id="later"))
        first, *rest = sorted(before)
        assert process_waiting() is True
        assert Delivery.objects.get(pk=first).outcome == "processed"
        of_rest = Delivery.objects.filter(pk__in=rest)
        assert dict(of_rest.values_list("pk", "next_attempt_at")) == {pk: before[pk] for pk in rest}
        assert set(of_rest.values_list("outcome", "attempts", "interruptions")) == {("waiting", 0, 0)}
        assert process_waiting() is True
        assert Delivery.objects.get(pk=rest[0]).outcome == "processed"


def test_a_batch_costs_few_queries_for_each_event(client, source, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(processing, "BATCH_SECONDS", 60)
    for number in range(20):
        send(client, source, learner_help(id=str(number), learner={"email": f"l{number}@x.com"}))
    with django_assert_max_num_queries(20 * 8 + 30):
        process_waiting()
    assert Ticket.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_learner_whom_somebody_else_holds(client):
    source = source_of()
    held = deliver(client, source, learner_help(id="1")).ticket
    assert held is not None
    send(client, source, learner_help(id="2"))
    send(client, source, learner_help(id="3", learner={"email": "other@x.com"}))
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT FROM courses_learner WHERE id = %s FOR UPDATE", [held.learner_id])
        started = time.monotonic()
        process_waiting()
        assert time.monotonic() - started < 1.5
        outcomes = dict(Delivery.objects.values_list("event_id", "outcome"))
        assert outcomes == {"1": "processed", "2": "waiting", "3": "processed"}
    time.sleep(processing.BUSY.total_seconds())
    process()
    delivery = Delivery.objects.get(event_id="2")
    assert (delivery.outcome, delivery.attempts) == ("processed", 1)


def test_whatever_a_reason_quotes_the_others_of_the_batch_are_processed(client, source, monkeypatch):
    def refuse_one(*args, learner, **options):
        if learner.email == "odd@x.com":
            raise ContentError(Delivery.Problem.INVALID, "a\0b \ud83d" + "x" * 900)
        return open_ticket(*args, learner=learner, **options)

    monkeypatch.setattr("webhooks.handlers.learner_help.open_ticket", refuse_one)
    send(client, source, learner_help(id="1", learner={"email": "odd@x.com"}))
    send(client, source, learner_help(id="2"))
    process()
    assert list(Delivery.objects.order_by("event_id").values_list("outcome", flat=True)) == ["failed", "processed"]
