"""A worker that is killed at any step of processing."""

import os
import signal
import time
from contextlib import suppress

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks import processing
from webhooks.handlers.records import Records
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


def work_until_killed():
    """Process a batch in a process of its own, which is killed by -9 meanwhile."""
    connection.close()
    if pid := os.fork():
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
        return
    try:
        processing.process_waiting()
    finally:
        os._exit(1)  # nobody has killed it


def die():
    os.kill(os.getpid(), signal.SIGKILL)


STEPS = [
    pytest.param(processing, "claim_batch", True, id="before the claim"),
    pytest.param(processing, "claim_batch", False, id="after the claim"),
    pytest.param(processing, "_handle", True, id="before the handler"),
    pytest.param(processing, "_handle", False, id="after the handler"),
    pytest.param(Records, "write", False, id="after the names"),
    pytest.param(processing, "finish", True, id="before the outcomes"),
    pytest.param(processing, "finish", False, id="before the commit"),
    pytest.param(processing, "_process", False, id="after the commit"),
]


@pytest.fixture
def busy_source():
    source = source_of()
    for number in range(3):
        send(Client(), source, learner_help(id=str(number), learner={"email": f"l{number}@x.com"}))
    return source


def run_out():
    Delivery.objects.waiting().update(next_attempt_at=timezone.now())


@pytest.mark.parametrize(("owner", "name", "before"), STEPS)
def test_another_worker_creates_each_ticket_once(busy_source, monkeypatch, owner, name, before):
    step = getattr(owner, name)
    with monkeypatch.context() as deadly:
        deadly.setattr(owner, name, lambda *args: die() if before else (step(*args), die()))
        work_until_killed()
    run_out()
    process()
    assert Ticket.objects.count() == 3
    assert set(Delivery.objects.values_list("outcome", "interruptions")) == {("processed", 0)}


def test_an_event_that_kills_its_worker_fails_after_three_attempts_without_harming_others(busy_source, monkeypatch):
    handle = processing._handle

    def deadly(records, event, attempt):
        if event.id == "0":
            die()
        return handle(records, event, attempt)

    monkeypatch.setattr(processing, "_handle", deadly)
    for _ in range(3):
        run_out()
        work_until_killed()
    run_out()
    process()
    outcomes = dict(Delivery.objects.values_list("event_id", "outcome"))
    assert outcomes == {"0": "failed", "1": "processed", "2": "processed"}
    poison = Delivery.objects.get(event_id="0")
    assert (poison.problem, poison.attempts) == ("interrupted", 3)


def test_an_event_that_loses_the_connection_fails_without_harming_others(busy_source, monkeypatch):
    handle = processing._handle

    def losing(records, event, attempt):
        if event.id == "0":
            with suppress(OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            raise processing.ConnectionLostError
        return handle(records, event, attempt)

    monkeypatch.setattr(processing, "_handle", losing)
    for _ in range(3):
        run_out()
        with suppress(processing.ConnectionLostError):
            processing.process_waiting()
    run_out()
    process()
    outcomes = dict(Delivery.objects.values_list("event_id", "outcome"))
    assert outcomes == {"0": "failed", "1": "processed", "2": "processed"}


OUTLASTING = [
    ("read", lambda delivery: [delivery.event_id], 4),  # once more, to see whether it is about somebody who was erased
    ("_handle", lambda _records, event, _attempt: [event.id], 3),
    ("finish", lambda results: [delivery.event_id for delivery, result in results if result.was_tried], 3),
]


@pytest.mark.parametrize(("step", "event_ids", "tries"), OUTLASTING, ids=["read", "handle", "finish"])
def test_an_event_that_outlasts_its_transaction_fails_after_a_few_attempts(
    busy_source, monkeypatch, step, event_ids, tries
):
    """The database ends a session that is idle for too long, and not only while a handler writes."""
    do = getattr(processing, step)

    def outlast(*args):
        if "0" in event_ids(*args):
            time.sleep(0.4)
        return do(*args)

    monkeypatch.setattr(processing, step, outlast)
    monkeypatch.setattr(processing, "BEGIN_BATCH", processing.BEGIN_BATCH.replace("20s", "200ms"))
    for attempt in range(tries + 1):
        run_out()
        for _ in range(3):
            with suppress(DatabaseError, InterfaceError):
                processing.process_waiting()
        if attempt:
            assert set(Delivery.objects.exclude(event_id="0").values_list("outcome", flat=True)) == {"processed"}
    poison = Delivery.objects.get(event_id="0")
    assert (poison.outcome, poison.problem, poison.attempts) == ("failed", "interrupted", tries)
