"""A service continues whatever error its work raises."""

import logging
import threading
import time

import pytest
from django.db import OperationalError

from helpdesk.operations import worker_services
from helpdesk.operations.wakeups import LEAST_GAP, Listener, notify
from helpdesk.operations.worker_services import Service

pytestmark = pytest.mark.django_db(transaction=True)


def run_with(errors):
    """Run a service whose work raises these errors in turn, then succeeds once."""
    stop, turns = threading.Event(), []

    def work():
        if errors:
            raise errors.pop(0)
        stop.set()
        return False

    Service("echo", "echo", work).run(stop, lambda: turns.append(1))
    return turns


def test_a_database_outage_and_its_end_are_each_logged_once(caplog):
    caplog.set_level(logging.INFO)
    turns = run_with([OperationalError("connection refused\nIs the server running?") for _ in range(3)])
    said = [record.getMessage() for record in caplog.records if record.name == worker_services.__name__]
    assert said == ["echo: the database cannot be used (connection refused)", "echo works again"]
    assert len(turns) > 3


def test_an_unexpected_error_is_logged_with_a_traceback(caplog):
    run_with([ValueError("odd")])
    assert "ValueError: odd" in caplog.text


class Rests(threading.Event):
    """Stops a service, and adds up how long the service intends to rest, however busy the machine is."""

    def __init__(self):
        super().__init__()
        self.seconds = 0.0

    def wait(self, timeout=None):
        if not self.is_set():
            self.seconds += timeout or 0
        return self.is_set()


def rests_in_five_turns(*, wakes, is_beside_server):
    """How long a service rests that works five times, while more comes in or not."""
    stop, turns = Rests(), []

    def work():
        if wakes:
            notify("echo")
        time.sleep(2 * LEAST_GAP)
        turns.append(1)
        if len(turns) == 5:
            stop.set()
        return True

    Service("echo", "echo", work).run(stop, is_beside_server=is_beside_server)
    return stop.seconds


def test_a_service_beside_a_server_rests_part_of_its_time_under_load(monkeypatch):
    monkeypatch.setattr(worker_services, "REST", 1)
    at_work = 5 * 2 * LEAST_GAP
    assert rests_in_five_turns(wakes=True, is_beside_server=True) > 0.5 * at_work
    assert rests_in_five_turns(wakes=False, is_beside_server=True) == 0
    assert rests_in_five_turns(wakes=True, is_beside_server=False) == 0


def test_a_service_rests_most_of_its_time_in_a_flood(monkeypatch):
    monkeypatch.setattr(worker_services, "REST", 0)
    monkeypatch.setattr(worker_services, "REST_IN_FLOOD", 1)
    assert rests_in_five_turns(wakes=True, is_beside_server=True) == 0
    monkeypatch.setattr(worker_services, "FLOOD", 0.01)
    assert rests_in_five_turns(wakes=True, is_beside_server=True) > 0.5 * 5 * 2 * LEAST_GAP


def test_a_wake_up_says_how_many_calls_it_stands_for():
    with Listener("counted") as listener:
        for _ in range(30):
            notify("counted")
        time.sleep(LEAST_GAP)
        notify("counted")
        time.sleep(LEAST_GAP)
        assert listener.count() == 31
        assert listener.count() == 0
