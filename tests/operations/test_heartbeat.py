"""A worker's sign of life tells the truth."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import F

from helpdesk.operations.heartbeat import HUNG, INTERVAL, QUIET, Heartbeat
from helpdesk.operations.models import WorkerHeartbeat

pytestmark = pytest.mark.django_db
SILENT_BEATS, LAST_BEATS = int(QUIET / INTERVAL), int(HUNG / INTERVAL)


@pytest.fixture
def hung():
    return []


@pytest.fixture
def heartbeat(hung):
    return Heartbeat(["jobs", "deliveries"], threading.Event(), on_hung=hung.append)


def beat(heartbeat, times, *turning):
    for _ in range(times):
        for part in turning:
            heartbeat.turn(part)
        heartbeat.beat()


def test_the_heartbeat_is_updated_while_every_part_runs(heartbeat, hung):
    beat(heartbeat, 2 * LAST_BEATS, "jobs", "deliveries")
    first = WorkerHeartbeat.objects.get()
    WorkerHeartbeat.objects.update(seen_at=F("seen_at") - timedelta(minutes=1))
    beat(heartbeat, 1, "jobs", "deliveries")
    assert WorkerHeartbeat.objects.get().seen_at >= first.seen_at
    assert not hung


def test_the_heartbeat_stops_while_a_part_is_stuck(heartbeat):
    beat(heartbeat, SILENT_BEATS + 1, "jobs")
    WorkerHeartbeat.objects.update(seen_at=F("seen_at") - timedelta(minutes=1))
    silent = WorkerHeartbeat.objects.get().seen_at
    beat(heartbeat, 1, "jobs")
    assert WorkerHeartbeat.objects.get().seen_at == silent
    beat(heartbeat, 1, "jobs", "deliveries")
    assert WorkerHeartbeat.objects.get().seen_at > silent


def test_a_stuck_part_ends_the_worker(heartbeat, hung):
    beat(heartbeat, LAST_BEATS, "jobs")
    assert not hung
    beat(heartbeat, 1, "jobs")
    assert hung == ["deliveries"]


def test_an_unreachable_database_is_not_taken_for_a_stuck_part(heartbeat, hung, monkeypatch):
    def refuse(*arguments, **options):
        raise OperationalError("connection refused")

    beat(heartbeat, 1)
    with monkeypatch.context() as away:
        away.setattr(WorkerHeartbeat.objects, "filter", refuse)
        for _ in range(2 * LAST_BEATS):
            with pytest.raises(OperationalError):
                heartbeat.beat()
    beat(heartbeat, 1)
    assert not hung


def test_a_deleted_heartbeat_row_is_recreated(heartbeat):
    beat(heartbeat, 1, "jobs", "deliveries")
    WorkerHeartbeat.objects.all().delete()
    beat(heartbeat, 1, "jobs", "deliveries")
    assert WorkerHeartbeat.objects.count() == 1


def test_a_new_worker_removes_leftovers_of_old_ones(heartbeat):
    for days in (0.5, 2):
        WorkerHeartbeat.objects.create(name=f"{days}")
        WorkerHeartbeat.objects.filter(name=f"{days}").update(seen_at=F("seen_at") - timedelta(days=days))
    beat(heartbeat, 1, "jobs", "deliveries")
    assert set(WorkerHeartbeat.objects.values_list("name", flat=True)) == {
        "0.5",
        WorkerHeartbeat.objects.latest("pk").name,
    }
