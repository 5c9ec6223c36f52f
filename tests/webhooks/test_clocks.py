"""Due times follow the database's clock, whatever the servers' clocks say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks import health
from webhooks.models import Delivery
from webhooks.tasks import limit_waits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("skew", [timedelta(days=2), -timedelta(days=2)])
def test_a_server_with_a_wrong_clock_delays_no_event(client, monkeypatch, skew):
    source, now = source_of(), timezone.now
    with monkeypatch.context() as wrong:
        wrong.setattr(timezone, "now", lambda: now() + skew)
        assert send(client, source, learner_help()).status_code == 200
    assert abs(Delivery.objects.get().received_at - now()) < timedelta(minutes=1)
    assert health.check()["oldest_seconds"] < 60
    process()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("skew", [timedelta(days=2), -timedelta(days=2)])
def test_a_worker_with_a_wrong_clock_delays_no_event(client, monkeypatch, skew):
    source, now = source_of(), timezone.now
    send(client, source, learner_help())
    monkeypatch.setattr(timezone, "now", lambda: now() + skew)
    process()
    assert Ticket.objects.count() == 1


def test_a_replayed_delivery_is_due_at_once_with_all_its_attempts(client, monkeypatch):
    source, now = source_of(), timezone.now
    send(client, source, learner_help())
    Delivery.objects.update(outcome="failed", attempts=50, next_attempt_at=None)
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))
    assert Delivery.objects.replayable().requeue() == 1
    assert Delivery.objects.due().get().attempts == 0


def test_events_scheduled_far_ahead_by_a_wrong_clock_are_reported_and_processed(client):
    source = source_of()
    for number in range(2):
        send(client, source, learner_help(id=str(number), learner={"email": f"l{number}@x.com"}))
    soon, far = timezone.now() + timedelta(seconds=50), timezone.now() + timedelta(days=2)
    Delivery.objects.filter(event_id="0").update(next_attempt_at=far, waiting_since=far)
    Delivery.objects.filter(event_id="1").update(next_attempt_at=soon, waiting_since=far)
    process()
    assert Ticket.objects.count() == 0
    assert (health.check()["is_ok"], health.check()["oldest_seconds"]) == (False, 0)
    limit_waits()
    assert health.check()["is_ok"] is True
    process()
    assert dict(Delivery.objects.values_list("event_id", "outcome")) == {"0": "processed", "1": "waiting"}
    assert Delivery.objects.filter(event_id="1", next_attempt_at=soon).exists()
