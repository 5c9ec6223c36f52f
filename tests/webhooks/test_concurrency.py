"""Deliveries that arrive at the same moment, and workers side by side, over connections of their own."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import pytest
from django.db import connection
from django.test import Client

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks.models import Delivery

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


def test_the_same_event_50_times_at_once_is_one_ticket():
    source = source_of()
    assert send_at_once(source, [learner_help()] * 50) == {"stored": 1, "duplicate": 49}
    process_side_by_side()
    assert Ticket.objects.count() == Delivery.objects.count() == 1


def test_many_calls_of_one_learner_at_once_are_one_line_in_the_inbox():
    source = source_of()
    assert send_at_once(source, [learner_help(id=str(n)) for n in range(20)]) == {"stored": 20}
    process_side_by_side()
    assert Ticket.objects.unfinished().get().request_count == 20
    assert sorted(Ticket.objects.values_list("number", flat=True)) == list(range(1, 21))
    assert Producer.objects.count() == Course.objects.count() == Learner.objects.count() == 1


def test_many_learners_of_a_new_course_at_once_share_its_record():
    source = source_of()
    events = [learner_help(id=str(n), learner={"email": f"l{n}@x.com"}) for n in range(20)]
    assert send_at_once(source, events) == {"stored": 20}
    process_side_by_side()
    assert (Ticket.objects.count(), Course.objects.count(), Learner.objects.count()) == (20, 1, 20)


def test_workers_side_by_side_take_each_delivery_once():
    source = source_of()
    events = [learner_help(id=str(n), learner={"email": f"l{n % 60}@x.com"}) for n in range(180)]
    for event in events:
        send(Client(), source, event)
    process_side_by_side()
    assert Ticket.objects.count() == 180
    assert set(Ticket.objects.unfinished().values_list("request_count", flat=True)) == {3}
    assert set(Delivery.objects.values_list("outcome", "interruptions")) == {("processed", 0)}
    assert Delivery.objects.values("ticket").distinct().count() == 180
