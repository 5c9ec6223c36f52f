"""A locked row: other events do not wait for it, and missing values are filled in later."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.functions import Now
from django.test import Client

from helpdesk.courses.models import Lesson
from helpdesk.operations import worker
from helpdesk.privacy.tombstones import put_tombstone
from helpdesk.tickets.actions import lessons
from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.servers import database_address
from tests.webhooks.lessons import lesson_event
from tests.webhooks.sender import learner_help, process, send
from webhooks.actions import delete_source
from webhooks.events import read_event
from webhooks.handlers.records import Records
from webhooks.models import Delivery
from webhooks.processing import process_waiting
from webhooks.storage import _forget_if_erased

pytestmark = pytest.mark.django_db(transaction=True)
EARLY, LATER, ASKED = "2024-01-01T10:00:00Z", "2024-01-01T11:00:00Z", "2024-01-01T12:00:00Z"


@pytest.fixture
def asked_source():
    """One through which a learner asked after a lesson."""
    source = source_of()
    for event in (lesson_event("Massa", EARLY, id="lesson"), learner_help(id="call", createdAt=ASKED)):
        send(Client(), source, event)
    process()
    return source


@contextmanager
def held(table):
    """Within, all rows of it are in somebody's hands; it must not last long."""
    with psycopg.connect(database_address()) as other:
        other.execute(f"SELECT FROM {table} FOR NO KEY UPDATE")
        started = monotonic()
        yield
        assert monotonic() - started < 8  # before a statement's time is up


def test_an_activity_does_not_wait_for_a_locked_ticket_which_is_updated_later(asked_source, monkeypatch):
    monkeypatch.setattr(lessons, "TRY_AGAIN", lessons.TRY_AGAIN * 0)
    send(Client(), asked_source, lesson_event("Caramelo", LATER, id="late"))
    send(Client(), source_of(), learner_help())
    with held("tickets_ticket"):
        process()
        assert set(Delivery.objects.values_list("outcome", flat=True)) == {"processed"}
    worker.run_until_done()
    assert Ticket.objects.get(delivery__event_id="call").lesson == Lesson.objects.get(title="Caramelo")


def test_a_returning_learner_whose_row_is_locked_is_not_taken_for_erased(asked_source):
    event = event_of("lesson")
    put_tombstone(asked_source.team_id, event.learner_email, event.occurred_at - timedelta(days=1))
    with held("courses_learner"), transaction.atomic():
        records = Records(asked_source.team, [event])
        assert records.is_busy(event)
        assert not records.is_of_erased(event)


def test_an_unprocessed_delivery_is_written_by_one_at_a_time(asked_source):
    """An erasure that is emptying it meanwhile is not undone."""
    event, pk = event_of("lesson"), Delivery.objects.get(event_id="lesson").pk
    with held("webhooks_delivery"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 100")
        with pytest.raises(OperationalError):
            _forget_if_erased(asked_source.team_id, pk, event)


def event_of(key):
    delivery = Delivery.objects.get(event_id=key)
    return read_event(bytes(delivery.body), delivery.received_at, delivery.content_encoding)


def test_an_activity_does_not_wait_for_a_locked_lesson_which_is_renamed_later(asked_source):
    event = lesson_event("Massa", LATER, id="late")
    event["data"]["lesson"]["title"] = "Massa folhada"
    send(Client(), asked_source, event)
    send(Client(), source_of(), learner_help())
    with held("courses_lesson"):
        process()
        assert set(Delivery.objects.values_list("outcome", flat=True)) == {"processed"}
    worker.run_until_done()
    assert Lesson.objects.get().title == "Massa folhada"


def test_a_repeated_call_with_a_locked_ticket_does_not_hold_up_others(asked_source):
    send(Client(), asked_source, learner_help(id="again"))
    send(Client(), source_of(), learner_help(id="other"))
    with held("tickets_ticket"):
        process()
        outcomes = dict(Delivery.objects.values_list("event_id", "outcome"))
        assert (outcomes["again"], outcomes["other"]) == ("waiting", "processed")


def test_a_retried_event_queues_behind_those_that_waited_longer(asked_source):
    for event in (learner_help(id="again"), learner_help(id="other", learner={"email": "other@example.com"})):
        send(Client(), asked_source, event)
    with held("tickets_ticket"):
        for _ in range(2):
            process_waiting()
            Delivery.objects.filter(event_id="again").update(next_attempt_at=Now())
    assert Delivery.objects.get(event_id="other").outcome == "processed"


def test_deleting_a_source_delays_no_event(asked_source):
    def send_another():
        try:
            return send(Client(), asked_source, learner_help(id="meanwhile")).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        delete_source(asked_source, keep_log=True)
        assert pool.submit(send_another).result(timeout=30) == 200
