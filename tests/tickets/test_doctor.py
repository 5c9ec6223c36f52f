"""What the doctor says of what follows from the history of tickets."""

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.operations.doctor.findings import Level
from helpdesk.tickets import subscribers
from helpdesk.tickets.doctor import LATE, check_subscribers
from helpdesk.tickets.models import TicketEvent
from tests.factories import open_ticket, publish

pytestmark = pytest.mark.django_db


def levels():
    return [finding.level for finding in check_subscribers()]


def test_all_is_well_once_events_are_published(team):
    open_ticket(team)
    assert levels() == [Level.OK]
    publish()
    assert levels() == [Level.OK]


def test_unpublished_events_are_reported(team):
    open_ticket(team)
    TicketEvent.objects.update(created_at=timezone.now() - 2 * LATE)
    (finding,) = check_subscribers()
    assert finding.level == Level.WARN
    assert "worker" in finding.to_do


def test_events_a_subscriber_could_not_process_are_reported(team, monkeypatch):
    def fail(_events):
        raise ZeroDivisionError

    monkeypatch.setitem(subscribers._SUBSCRIBERS, "broken", subscribers.Subscription(fail))
    open_ticket(team)
    publish()
    assert levels() == [Level.OK]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'tickets.notify_subscriber'")
    (finding,) = check_subscribers()
    assert finding.level == Level.WARN
    assert finding.text.startswith("1 ")
    monkeypatch.setattr("helpdesk.tickets.doctor.COUNTED_AT_MOST", 0)
    (finding,) = check_subscribers()
    assert finding.text.startswith("0+ ")
