"""Steps are short and wait for no lock; a change is finished even if its process stops in the middle."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.api.actions import create_token
from helpdesk.bulk import actions as bulk
from helpdesk.bulk import steps, tasks
from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.courses.models import Learner
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import PRIORITY, REVERSIBLE
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.api.client import Api
from tests.factories import MembershipFactory, open_ticket, open_tickets
from tests.integrations.worker import workers
from tests.servers import database_address
from tests.waiting import wait_until

Outcome = BulkChangeItem.Outcome


def create_change(team, kind="priority", value="4"):
    tickets = Ticket.objects.for_team(team)
    return bulk.create_change(team, Actor.token("Planilha"), kind, value, tickets, most=5_000)


def jobs(change):
    """How many jobs wait to go on with it."""
    return ProcrastinateJob.objects.filter(task_name="bulk.run", args={"bulk_change_id": change.pk}).count()


@contextmanager
def held(query: str, *params: int) -> Iterator[None]:
    """Somebody else's transaction has these rows meanwhile."""
    with psycopg.connect(database_address()) as other:
        other.execute(query, params)
        yield
        other.rollback()


@contextmanager
def watched() -> Iterator[list[float]]:
    """The seconds of the longest transaction that anybody had open meanwhile."""
    longest, done = [0.0], threading.Event()

    def watch():
        with psycopg.connect(database_address(), autocommit=True) as watching:
            while not done.wait(0.01):
                found = watching.execute(
                    "SELECT extract(epoch FROM clock_timestamp() - xact_start) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    " AND state <> 'idle'"  # a listener that hears something shows its last transaction's start
                )
                longest[0] = max(longest[0], *(float(seconds or 0) for (seconds,) in found), 0)

    thread = threading.Thread(target=watch)
    thread.start()
    yield longest
    done.set()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_locked_ticket_is_postponed_without_delaying_the_others(team):
    first, second = open_tickets(team, 2)
    change = create_change(team)
    with held("SELECT FROM tickets_ticket WHERE id = %s FOR UPDATE", first.pk):
        started = time.monotonic()
        bulk.make_steps(change, 0.5)
        assert time.monotonic() - started < 2
        assert [item.outcome for item in change.items.order_by("pk")] == [Outcome.PENDING, Outcome.CHANGED]
    bulk.make_steps(change, 5)
    assert change.state == "done"
    assert set(Ticket.objects.values_list("priority", flat=True)) == {4}
    assert second.events.filter(kind="priority_changed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_only_one_runner_processes_a_change(team):
    open_tickets(team, 2)
    change = create_change(team)
    with held("SELECT FROM bulk_bulkchange WHERE id = %s FOR UPDATE", change.pk):
        assert not steps.process_batch(change)
        bulk.make_steps_then_enqueue(change, 0)
        bulk.make_steps_then_enqueue(change, 0)
    assert not TicketEvent.objects.filter(kind="priority_changed").exists()
    assert jobs(change) == 1


@pytest.mark.django_db(transaction=True)
def test_concurrent_runners_change_each_ticket_once(team, monkeypatch):
    monkeypatch.setattr(steps, "STEP", 0.01)
    open_tickets(team, 60)
    change = create_change(team, "tag", "promo")

    def work():
        try:
            while BulkChange.objects.unfinished().exists():
                tasks.take_turn(change.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert BulkChange.objects.get().state == "done"
    assert TicketEvent.objects.filter(kind="tagged").count() == 60


@pytest.mark.django_db
def test_an_unfinished_job_is_enqueued_again_to_give_others_a_turn(team, monkeypatch):
    monkeypatch.setattr(steps, "STEP", 0)
    monkeypatch.setattr(tasks, "TURN", 0)
    open_tickets(team, 3)
    change = create_change(team)
    tasks.take_turn(change.pk)
    assert change.items.filter(outcome=Outcome.PENDING).count() == 2
    assert jobs(change) == 1
    tasks.take_turn(change.pk)
    tasks.take_turn(change.pk)
    assert jobs(change) == 2  # that found it to be done, the last enqueued nothing
    tasks.take_turn(change.pk)
    tasks.take_turn(999_999_999)


@pytest.mark.django_db
def test_an_abandoned_change_is_continued(team):
    open_tickets(team, 1)
    change = create_change(team)
    tasks.run_abandoned()
    assert jobs(change) == 0  # its request may still be at it
    BulkChange.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    tasks.run_abandoned()
    tasks.run_abandoned()
    assert jobs(change) == 1
    bulk.make_steps(change, 5)
    ProcrastinateJob.objects.all()._raw_delete("default")
    tasks.run_abandoned()
    assert jobs(change) == 0


@pytest.mark.django_db
def test_an_internal_error_is_reported_and_does_not_stop_the_others(team, monkeypatch):
    first, second = open_tickets(team, 2)

    def fail(ticket, actor, value):
        if ticket.pk == first.pk:
            TicketEvent.objects.create(pk=ticket.events.get().pk, team=team, ticket=ticket)
        actions.change_priority(ticket, actor, int(value))

    monkeypatch.setitem(REVERSIBLE, "priority", replace(PRIORITY, action=fail))
    with translation.override("en"):
        change = create_change(team)
    bulk.make_steps(change, 5)
    assert change.state == "done"
    assert [item.outcome for item in change.items.order_by("pk")] == [Outcome.REFUSED, Outcome.CHANGED]
    assert change.items.get(ticket=first).reason == "Something went wrong on our side."
    assert Ticket.objects.get(pk=second.pk).priority == 4


@pytest.mark.django_db
def test_a_deleted_assignee_is_refused(team):
    open_tickets(team, 1)
    change = create_change(team, "assignee", str(MembershipFactory(team=team).user_id + 1))
    bulk.make_steps(change, 5)
    assert change.items.get().outcome == Outcome.REFUSED


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_thousand_tickets_cause_no_long_transaction_and_no_learner_waits(team):
    tickets = open_tickets(team, 1_000)
    course = tickets[0].course
    api = Api(create_token(team, "Planilha")[1])
    body = {"tickets": {"filter": {"status": "to_do"}}, "change": {"priority": "high"}}
    waits: list[float] = []
    done = threading.Event()

    def ask_again():
        try:
            for ticket in tickets[::50]:
                started = time.monotonic()
                with transaction.atomic():
                    learner = Learner.objects.select_for_update().get(pk=ticket.learner_id)
                    open_ticket(team, learner=learner, course=course)
                waits.append(time.monotonic() - started)
                if done.wait(0.1):
                    return
        finally:
            connection.close()

    asking = threading.Thread(target=ask_again)
    begun = time.monotonic()
    with watched() as longest:
        asking.start()
        response = api.post("tickets/bulk", body, idempotency_key="k")
        change = BulkChange.objects.get()
        while change.finished_at is None:
            tasks.take_turn(change.pk)
            change.refresh_from_db()
        took = time.monotonic() - begun
        done.set()
        asking.join()
    assert response.status_code in {200, 202}
    again = api.post("tickets/bulk", body, idempotency_key="k").json()
    assert (again["id"], again["status"], again["counts"]["changed"]) == (change.pk, "done", 1_000)
    assert TicketEvent.objects.filter(kind="priority_changed").count() == 1_000
    assert waits
    # In shares of the whole, which say on a slow machine as well that it is done in many short steps.
    assert max(waits) < took / 4
    assert longest[0] < took / 4


@pytest.fixture
def start_worker():
    with workers() as start:
        yield start


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_change_whose_worker_is_killed_is_finished_by_another(team, start_worker):
    open_tickets(team, 300)
    change = create_change(team)
    bulk.make_steps_then_enqueue(change, 0)
    pending = change.items.filter(outcome=Outcome.PENDING)
    left = pending.count()
    worker = start_worker()
    wait_until(lambda: pending.count() < left, 120, "the worker does not work")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert pending.exists()
    start_worker()
    wait_until(lambda: BulkChange.objects.get().finished_at, 45, "the change was not finished")
    assert change.items.filter(outcome=Outcome.CHANGED).count() == 300
    assert TicketEvent.objects.filter(kind="priority_changed").count() == 300
