"""Deliveries that arrive at the same moment, and workers side by side, over connections of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import monotonic, sleep

import psycopg
import pytest
from django.db import connection
from django.test import Client

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.operations import worker
from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.servers import database_address
from tests.webhooks.sender import learner_help, process, send
from webhooks import quarantine, storage
from webhooks.models import Delivery, Source, UnverifiedDelivery

PING = {"event": "ping", "data": {}}
pytestmark = pytest.mark.django_db(transaction=True)


def send_at_once(source, events):
    """Post all events at the same moment; the statuses of the answers."""
    start = Barrier(len(events))

    def one(event):
        try:
            start.wait()
            return send(Client(), source, event).json()["status"]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(events)) as pool:
        return Counter(pool.map(one, events))


def process_side_by_side(workers=4):
    """Have so many workers process what waits, until nothing does."""
    start = Barrier(workers)

    def one(_number):
        try:
            start.wait()
            while Delivery.objects.waiting().exists():
                process()
                sleep(0.02)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(workers)))


def test_the_same_event_sent_50_times_concurrently_creates_one_ticket():
    source = source_of()
    assert send_at_once(source, [learner_help()] * 50) == {"stored": 1, "duplicate": 49}
    process_side_by_side()
    assert Ticket.objects.count() == Delivery.objects.count() == 1


def test_concurrent_calls_of_one_learner_are_merged_into_one_ticket():
    source = source_of()
    assert send_at_once(source, [learner_help(id=str(n)) for n in range(20)]) == {"stored": 20}
    process_side_by_side()
    assert Ticket.objects.unfinished().get().request_count == 20
    assert sorted(Ticket.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert Producer.objects.count() == Course.objects.count() == Learner.objects.count() == 1


def test_concurrent_calls_about_a_new_course_share_its_record():
    source = source_of()
    events = [learner_help(id=str(n), learner={"email": f"l{n}@x.com"}) for n in range(20)]
    assert send_at_once(source, events) == {"stored": 20}
    process_side_by_side()
    assert (Ticket.objects.count(), Course.objects.count(), Learner.objects.count()) == (20, 1, 20)


def test_concurrent_workers_process_each_delivery_once():
    source = source_of()
    events = [learner_help(id=str(n), learner={"email": f"l{n % 60}@x.com"}) for n in range(180)]
    for event in events:
        send(Client(), source, event)
    process_side_by_side()
    assert Ticket.objects.count() == 180
    assert set(Ticket.objects.unfinished().values_list("request_count", flat=True)) == {3}
    assert set(Delivery.objects.values_list("outcome", "interruptions")) == {("processed", 0)}
    assert Delivery.objects.values("ticket").distinct().count() == 180


def test_concurrent_workers_process_the_deliveries_of_several_teams_once():
    sources = [source_of() for _ in range(3)]
    for number in range(40):
        for source in sources[: 1 + number % 3]:
            send(Client(), source, learner_help(id=str(number), learner={"email": f"l{number % 15}@x.com"}))
    process_side_by_side()
    assert Ticket.objects.count() == Delivery.objects.values("ticket").distinct().count() == Delivery.objects.count()
    assert set(Delivery.objects.values_list("outcome", "interruptions")) == {("processed", 0)}


class TestLockedSource:
    """A lock on the source's row delays no answer, not even a refusal."""

    def answers_while_held(self, source, *requests):
        with psycopg.connect(database_address()) as other:
            other.execute("SELECT FROM webhooks_source WHERE id = %s FOR NO KEY UPDATE", [source.pk])
            started = monotonic()
            answers = [send(Client(), source, event, **options).json()["status"] for event, options in requests]
            assert monotonic() - started < 8  # before a statement's time is up
        return answers

    def test_pings_and_refusals_do_not_wait_for_a_lock_on_the_source(self):
        source = source_of()
        answers = self.answers_while_held(
            source,
            (PING, {"signature": "nonsense"}),
            (PING | {"id": "other"}, {"key": "another-key"}),
        )
        assert answers == ["unsigned", "unverified"]

    def test_a_flood_of_unverified_requests_stays_within_the_limit(self, monkeypatch):
        monkeypatch.setattr(quarantine, "MAX_NUMBER", 5)
        source = source_of()
        with ThreadPoolExecutor(8) as pool:

            def one(number):
                try:
                    return send(Client(), source, learner_help(id=str(number)), key="another-key").status_code
                finally:
                    connection.close()

            assert set(pool.map(one, range(40))) == {401}
        send(Client(), source, learner_help(id="last"), key="another-key")
        assert UnverifiedDelivery.objects.count() == 5


def test_a_source_deleted_meanwhile_is_unknown(monkeypatch):
    source = source_of()

    def delete_first(*args, **options):
        Source.objects.all().delete()
        return stored(*args, **options)

    stored = storage.store_event
    monkeypatch.setattr("webhooks.intake.store_event", delete_first)
    response = send(Client(), source, learner_help())
    assert (response.status_code, response.json()["status"]) == (404, "unknown_source")


def test_a_locked_course_delays_no_event_and_is_renamed_later():
    source = source_of()
    client = Client()
    send(client, source, learner_help(id="1"))
    process()
    course = Course.objects.get()
    renamed = learner_help()["data"]["course"] | {"title": "New title"}
    send(client, source, learner_help(id="2", course=renamed, createdAt="2024-01-01 10:00:00"))
    send(client, source, learner_help(id="3", learner={"email": "other@x.com"}))
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT FROM courses_course WHERE id = %s FOR NO KEY UPDATE", [course.pk])
        started = monotonic()
        process()
        assert monotonic() - started < 8  # before a statement's time is up
        assert set(Delivery.objects.values_list("outcome", flat=True)) == {"processed"}
    worker.run_until_done()
    course.refresh_from_db()
    assert course.title == "New title"
