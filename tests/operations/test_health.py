"""What a monitoring system learns about this installation."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import F

from helpdesk.operations import health, start_checks
from helpdesk.operations.health import register_health_check
from helpdesk.operations.models import WorkerHeartbeat
from tests.factories import source_of

pytestmark = pytest.mark.django_db
WELL = {"is_ok": True, "waiting": 0}


@pytest.fixture(autouse=True)
def no_checks(monkeypatch):
    """Without those of the rooms, and as a process that has just started."""
    monkeypatch.setattr(health, "_CHECKS", {})
    monkeypatch.setattr(health, "_is_checked", False)


@pytest.fixture
def heartbeat():
    return WorkerHeartbeat.objects.create(name="machine:1")


@pytest.fixture
def database_away(monkeypatch):
    def refuse(*arguments, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)


def ago(seconds):
    WorkerHeartbeat.objects.update(seen_at=F("seen_at") - timedelta(seconds=seconds))


def test_a_healthy_installation_is_ok(client, heartbeat):
    register_health_check("deliveries", lambda: WELL)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response.json()["worker"]["alive"] is True
    assert response.json()["checks"] == {"deliveries": WELL}


def test_readiness_can_include_the_worker_and_the_backlog(client, heartbeat):
    ago(30)
    register_health_check("deliveries", lambda: WELL)
    assert client.get("/readyz").json() == {"status": "ok"}
    response, health = client.get("/readyz?verbose"), client.get("/healthz").json()
    assert response.status_code == 200
    told = response.json()
    assert min(told["worker"].pop("last_seen"), health["worker"].pop("last_seen")) >= 30  # which grows meanwhile
    assert told == health
    assert (told["worker"], told["checks"]) == ({"alive": False}, {"deliveries": WELL})


def test_a_silent_worker_is_reported(client, heartbeat):
    ago(30)
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["worker"]["alive"] is False
    assert 30 <= response.json()["worker"]["last_seen"] < 60


def test_one_of_several_workers_is_enough(client, heartbeat):
    ago(3000)
    WorkerHeartbeat.objects.create(name="machine:2")
    assert client.get("/healthz").json()["status"] == "ok"


def test_a_worker_that_never_ran_is_reported(client):
    assert client.get("/healthz").json()["worker"] == {"alive": False, "last_seen": None}


def test_a_rooms_failed_check_degrades_the_status(client, heartbeat):
    register_health_check("deliveries", lambda: {"is_ok": False, "waiting": 7, "oldest": 90.5})
    response = client.get("/healthz")
    assert (response.status_code, response.json()["status"]) == (200, "degraded")
    assert response.json()["checks"]["deliveries"]["waiting"] == 7


def test_a_crashing_check_degrades_the_status(client, heartbeat):
    def fail():
        raise KeyError("oldest")

    register_health_check("deliveries", fail)
    assert client.get("/healthz").json()["checks"] == {"deliveries": {"is_ok": False}}


def test_a_process_is_alive_without_its_database(client, database_away):
    assert client.get("/livez").json() == {"status": "ok"}
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 503


def test_a_server_is_ready_once_the_database_is_migrated(client, monkeypatch):
    monkeypatch.setattr(start_checks, "is_migrated", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, response.json()["lacking"]) == (503, "migrations")
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200


def test_a_server_with_a_wrong_secret_key_is_not_ready(client, use_keys):
    source_of()
    current = settings.SECRET_KEY
    use_keys("another-key-0123456789-abcdefghijklmnopqrstuvwxyz")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["lacking"]) == (503, "SECRET_KEY")
    use_keys(current)
    assert client.get("/readyz").status_code == 200


def test_migrations_are_checked_once(client, django_assert_num_queries):
    assert client.get("/readyz").status_code == 200
    with django_assert_num_queries(1):
        assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_read_only_database_is_not_ready(client):
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        response = client.get("/readyz")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET default_transaction_read_only")
    assert (response.status_code, response.json()["lacking"]) == (503, "writable database")
