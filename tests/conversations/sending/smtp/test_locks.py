"""An e-mail fails while someone splits its ticket off: neither blocks the other forever."""

import threading
import time

import pytest
from django.db import connection, transaction

from helpdesk.bulk.actions import create_change
from helpdesk.bulk.steps import process_batch
from helpdesk.conversations.actions import delivery_failures
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets import actions
from helpdesk.tickets.actions import locking
from helpdesk.tickets.models import Ticket
from tests.factories import open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db(transaction=True)


def is_anybody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        (found,) = cursor.fetchone()
    return bool(found)


@pytest.fixture
def merged(ticket, actor):
    """Into a later ticket, so that its key is the lower one; with an e-mail on its way."""
    into = open_ticket(ticket.team, learner=ticket.learner)
    reply(ticket, actor, "Olá!")
    actions.merge_ticket(ticket, actor, into)
    Dispatch.objects.update(state="accepted")
    return ticket


def split_off(ticket, actor):
    actions.unmerge_ticket(fresh(ticket), actor)


def split_off_by_api(ticket, actor):
    """Split the ticket off as a request with `If-Match` does, which locks the ticket first."""
    with transaction.atomic():
        found = fresh(ticket)
        locking.lock_together(found)
        actions.require_version(found, actor, found.version)
        actions.unmerge_ticket(found, actor)


@pytest.mark.parametrize("do", [split_off, split_off_by_api])
def test_splitting_off_while_an_email_fails_does_not_deadlock(monkeypatch, merged, actor, do):
    """The failure has the root locked and is about to mark the merged ticket."""
    stamp, reached, problems = delivery_failures._stamp, threading.Event(), []

    def stamp_late(*what):
        reached.set()
        deadline = time.monotonic() + 5
        while not is_anybody_waiting() and time.monotonic() < deadline:
            time.sleep(0.01)
        stamp(*what)

    monkeypatch.setattr(delivery_failures, "_stamp", stamp_late)

    def fail():
        try:
            delivery_failures.note_failed(Dispatch.objects.get(), Dispatch.State.BOUNCED, "No.")
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=fail)
    thread.start()
    assert reached.wait(10)
    try:
        do(merged, actor)
    finally:
        thread.join(20)
    assert problems == []
    assert fresh(merged).merged_into is None
    assert fresh(merged).sending_failed_at  # it went along
    assert Ticket.objects.exclude(pk=merged.pk).get().sending_failed_at is None


def test_a_bulk_change_postpones_a_locked_ticket(merged, actor, team):
    """It is retried later if the root of a merged ticket is locked."""
    change = create_change(team, actor, "unmerge", "", Ticket.objects.filter(pk=merged.pk), most=1)
    results = []

    def step():
        results.append(process_batch(change))
        connection.close()

    with transaction.atomic():
        locking.lock_root(merged)
        thread = threading.Thread(target=step)
        thread.start()
        thread.join(10)
    assert results == [False]
    assert fresh(merged).merged_into
    step_after = threading.Thread(target=step)
    step_after.start()
    step_after.join(10)
    assert fresh(merged).merged_into is None
