"""The metrics for Prometheus, and who may read them."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as project_settings
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django import app
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.parser import text_string_to_metric_families

from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.operations import instruments, readings, shared_files
from helpdesk.operations.models import WorkerHeartbeat
from tests.factories import source_of
from tests.operations.metrics import TOKEN
from tests.servers import database_address, serving
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help, send
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("metrics_are_open")]
BEARER = f"Bearer {TOKEN}"
DASHBOARD = project_settings.BASE_DIR / "deploy/grafana-dashboard.json"


def values_in(text):
    """Each sample by its name and the values of its labels, which are in the order of their names."""
    families = text_string_to_metric_families(text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


@pytest.fixture
def read(client):
    """The current metrics."""

    def read_now():
        response = client.get("/metrics", headers={"authorization": BEARER})
        assert response.status_code == 200
        return values_in(response.content.decode())

    return read_now


class TestAccess:
    def test_metrics_are_closed_if_no_token_is_set(self, client, settings):
        settings.METRICS_TOKEN = ""
        for header in ({}, {"authorization": "Bearer "}, {"authorization": BEARER}):
            assert client.get("/metrics", headers=header).status_code == 404

    @pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", f"{BEARER}x", "Bearer não"])
    def test_another_token_is_refused(self, client, header):
        response = client.get("/metrics", headers={"authorization": header})
        assert (response.status_code, response.content) == (401, b"")
        assert response.headers["www-authenticate"] == "Bearer"

    def test_the_right_token_is_accepted_whatever_the_host_name(self, client):
        response = client.get("/metrics", headers={"authorization": BEARER, "host": "10.0.0.7:8000"})
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/plain")


def test_requests_are_counted_by_view_and_never_by_address(client, read):
    before = read()
    source = source_of()
    client.get("/accounts/login/?next=/segredo-do-aluno/")
    client.get("/segredo-do-aluno/")
    send(client, source, learner_help())
    send(client, source, learner_help(), signature="nonsense")
    after = read()

    def more(*sample):
        return after.get(sample, 0) - before.get(sample, 0)

    assert more("helpdesk_requests_total", "2xx", "account_login") == 1
    assert more("helpdesk_requests_total", "4xx", "none") == 1
    assert more("helpdesk_requests_total", "2xx", "intake") == 1
    assert more("helpdesk_request_seconds_count", "intake") == 2
    assert more("helpdesk_intake_total", "stored") == 1
    assert more("helpdesk_intake_total", "unsigned") == 1
    assert "segredo" not in str(after)
    assert source.pk not in str(after)


def test_the_backlog_is_reported_with_its_age(client, read):
    source = source_of()
    send(client, source, learner_help())
    Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=10))
    told = read()
    assert told["helpdesk_deliveries_waiting",] == 1
    assert 600 <= told["helpdesk_deliveries_oldest_waiting_seconds",] < 700
    assert told["helpdesk_deliveries_recent", "waiting"] == 1
    assert told["helpdesk_deliveries_quarantined",] == 0


def test_webhook_deliveries_are_reported(team, read):
    endpoint = WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    delivery = send_test(endpoint)
    type(delivery).objects.update(next_attempt_at=timezone.now() - timedelta(minutes=2))
    told = read()
    assert told["helpdesk_webhooks_waiting",] == 1
    assert 120 <= told["helpdesk_webhooks_overdue_seconds",] < 200
    assert told["helpdesk_jobs", "webhooks", "todo"] == 1


def test_workers_and_the_database_are_reported(read):
    assert "helpdesk_worker_silence_seconds" not in str(read())
    WorkerHeartbeat.objects.create(name="machine:1")
    told = read()
    assert told["helpdesk_workers_alive",] == 1
    assert told["helpdesk_worker_silence_seconds",] < 10
    assert told["helpdesk_database_connections", "active"] >= 1
    assert told["helpdesk_database_size_bytes",] > 1_000_000


def test_a_failing_part_does_not_affect_the_others(read, monkeypatch):
    def fail():
        yield readings.Reading("half", "A half.", {(): 1})
        raise KeyError("oldest")

    monkeypatch.setitem(readings._READINGS, "deliveries", fail)
    told = read()
    assert told["helpdesk_readings_failed", "deliveries"] == 1
    assert told["helpdesk_readings_failed", "emails"] == 0
    assert "helpdesk_half" not in str(told)
    assert ("helpdesk_emails_waiting",) in told


def test_without_a_database_the_processes_are_still_reported(read, monkeypatch):
    instruments.REQUESTS.inc("home", "5xx")

    def refuse(*arguments, **options):
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", refuse)
    monkeypatch.setattr(connection, "close", lambda: None)
    told = read()
    assert told["helpdesk_readings_failed", "database"] == 1
    assert told["helpdesk_requests_total", "5xx", "home"] >= 1


def test_only_the_newest_of_many_jobs_are_counted(read, monkeypatch):
    monkeypatch.setattr(readings, "COUNTED_AT_MOST", 2)
    for _ in range(3):
        app.configure_task("teams.delete_team").defer(team_id=0)
    assert read()["helpdesk_jobs", "operations", "todo"] == 2


def test_the_number_of_queries_does_not_grow_with_the_data(client, read, django_assert_max_num_queries):
    source = source_of()
    for number in range(3):
        send(client, source, learner_help(id=str(number)))
    with django_assert_max_num_queries(25):
        read()


@pytest.mark.django_db(transaction=True)
def test_several_processes_count_together(tmp_path):
    visits = 0

    def visit() -> bool:
        """Ask once by a connection of its own; whether each of the two processes has answered somebody."""
        nonlocal visits
        visits += 1
        httpx.get(f"{server}/accounts/login/", timeout=30)
        counts = [_logins_in(path) for path in tmp_path.glob("counter_*.db")]
        return len([count for count in counts if count]) == 2

    environment: dict[str, Any] = {
        "METRICS_TOKEN": TOKEN,
        "WEB_WORKERS": "2",
        shared_files.SHARED_DIRECTORY: str(tmp_path),
    }
    with serving(DATABASE_URL=database_address(), **environment) as server:
        wait_until(visit, 60, "one process answers everybody")
        for _ in range(3):
            answer = httpx.get(f"{server}/metrics", headers={"authorization": BEARER}, timeout=30)
            assert values_in(answer.text)["helpdesk_requests_total", "2xx", "account_login"] == visits
        assert httpx.get(f"{server}/metrics").status_code == 401


def _logins_in(path: Path) -> float:
    values = MmapedDict.read_all_values_from_file(path)
    return float(sum(value for key, value, *_others in values if "account_login" in key))


class TestTrouble:
    """A counting failure does not prevent an answer."""

    @pytest.fixture
    def _breaks(self, monkeypatch):
        def refuse(*labels):
            raise OSError("No space left on device")

        monkeypatch.setattr(instruments, "_has_failed", False)
        for instrument in instruments._instruments:
            instrument.make()
            monkeypatch.setattr(instrument._made, "labels", refuse)

    @pytest.mark.usefixtures("_breaks")
    def test_a_counting_failure_does_not_stop_the_intake_and_is_logged_once(self, client, caplog):
        source = source_of()
        answers = [send(client, source, learner_help(id=number)).json()["status"] for number in "aab"]
        assert answers == ["stored", "duplicate", "stored"]
        assert [record.message for record in caplog.records if record.name == instruments.__name__] == [
            "helpdesk_intake cannot be counted; /metrics tells too little from now on"
        ]

    def test_a_missing_metrics_folder_is_tolerated(self, client, monkeypatch, tmp_path):
        monkeypatch.setenv(shared_files.SHARED_DIRECTORY, str(tmp_path / "gone"))
        for instrument in instruments._instruments:
            monkeypatch.setattr(instrument, "_made", None)
        instruments.make_all()
        assert client.get("/accounts/login/").status_code == 200

    def test_without_a_token_nothing_is_counted(self, client, settings, read):
        before = read()
        settings.METRICS_TOKEN = ""
        client.get("/accounts/login/")
        settings.METRICS_TOKEN = TOKEN
        sample = ("helpdesk_requests_total", "2xx", "account_login")
        assert read().get(sample) == before.get(sample)


def test_the_dashboard_uses_only_existing_metrics(client):
    instruments.REFUSED.inc("pages", "503")
    send(client, source_of(), learner_help())
    WorkerHeartbeat.objects.create(name="machine:1")
    text = client.get("/metrics", headers={"authorization": BEARER}).content.decode()
    told = {name for name, *_labels in values_in(text)} | set(re.findall(r"^# TYPE (\w+) gauge", text, re.MULTILINE))
    panels = json.loads(DASHBOARD.read_text())["panels"]
    questions = [target["expr"] for panel in panels for target in panel.get("targets", [])]
    asked = set(re.findall(r"helpdesk_\w+", " ".join(questions)))
    assert len(questions) >= 15
    assert asked - told == set()
