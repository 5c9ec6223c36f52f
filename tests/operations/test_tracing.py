"""Traces of requests, jobs, batches and queries, without any personal data."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from procrastinate.jobs import Job

from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.operations import tracing
from helpdesk.operations.doctor.findings import Level
from helpdesk.operations.doctor.machine_checks import check_tracing
from helpdesk.operations.postgresql.base import Connection
from helpdesk.operations.request_ids import current_id
from helpdesk.operations.tracing import batch_span, is_installed, job_span_middleware, start_tracing
from helpdesk.teams.models import User
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import LearnerFactory, UserFactory, publish, source_of
from tests.webhooks.sender import learner_help, process, send

needs_packages = pytest.mark.skipif(not is_installed(), reason="the extra telemetry is not installed")
NAME, SECRET = "Ana-Souza-Unica", "TOKEN-of-a-learner-0123456789"


@pytest.fixture
def spans(transactional_db, monkeypatch):
    """What leaves, as it comes; traced is what is asked through connections that are opened from now on."""
    from opentelemetry import propagate
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, before = InMemorySpanExporter(), propagate.get_global_textmap()
    classes = {each: vars(each)["connect"] for each in (psycopg.Connection, psycopg.AsyncConnection)}
    monkeypatch.setattr(tracing, "_provider", None)
    connection.close()
    start_tracing(exporter)
    yield exporter.get_finished_spans
    DjangoInstrumentor().uninstrument()
    PsycopgInstrumentor().uninstrument()
    for each, connect in classes.items():  # it puts back what is bound to the class, and so is none of its subclasses'
        type.__setattr__(each, "connect", connect)
    propagate.set_global_textmap(before)
    connection.close()


def named(spans, name):
    return [span for span in spans if span.name == name]


@needs_packages
def test_a_request_and_its_queries_make_a_trace(spans):
    client = Client()
    client.force_login(UserFactory())
    answer = client.get("/account/")
    (request,) = named(spans(), "GET account/")
    assert request.attributes["helpdesk.request_id"] == answer["X-Request-ID"]
    assert request.attributes["http.status_code"] == 200
    queries = [span for span in spans() if span.parent and span.parent.span_id == request.context.span_id]
    assert queries
    assert {span.attributes["db.system"] for span in queries} == {"postgresql"}
    assert any("FROM" in span.attributes["db.statement"] for span in queries)


@needs_packages
def test_a_traced_connection_is_still_our_own(spans):
    connection.ensure_connection()
    assert isinstance(connection.connection, Connection)
    assert connection.connection.is_outdated is False


@needs_packages
def test_traces_contain_no_personal_data(spans):
    User.objects.create_superuser(f"{NAME}@example.com", "x")
    learner = LearnerFactory(name=NAME, email=f"{NAME}@example.com", team__slug=f"{NAME.lower()}")
    client = Client()
    client.force_login(User.objects.get())
    for address in (
        f"/ajuda/{SECRET}/?nome={NAME}",
        f"/t/{learner.team.slug}/learners/?q={NAME}",
        f"/nowhere/{NAME}/{SECRET}",
        f"/files/{SECRET}/",
    ):
        client.get(address, HTTP_USER_AGENT=NAME, HTTP_REFERER=f"https://{NAME}.example/", HTTP_TRACESTATE=f"a={NAME}")
    client.post("/accounts/login/", {"login": f"{NAME}@example.com", "password": SECRET})
    assert len(spans()) > 10
    told = " ".join(span.to_json() for span in spans()).lower()
    assert NAME.lower() not in told
    assert SECRET.lower() not in told
    assert "ajuda/<str:token>/" in told


@needs_packages
def test_a_job_is_a_trace_without_its_error_message(spans):
    context: Any = SimpleNamespace(
        job=Job(id=7, lock=None, queueing_lock=None, task_name="x.y", queue="bulk", task_kwargs={"name": NAME})
    )

    async def fail():
        await sync_to_async(look)()
        raise ValueError(NAME)

    def look():
        SessionStore(NAME).exists(NAME)
        connection.close()

    with pytest.raises(ValueError, match=NAME):
        asyncio.run(job_span_middleware(fail, context, None))
    (job,) = named(spans(), "x.y")
    assert (job.attributes["messaging.destination.name"], job.status.is_ok, job.status.description) == (
        "bulk",
        False,
        None,
    )
    assert not job.events
    assert NAME not in " ".join(span.to_json() for span in spans())
    assert any(span.parent and span.parent.span_id == job.context.span_id for span in spans())


@needs_packages
def test_each_batch_of_a_worker_service_is_a_trace(spans):
    source = source_of()
    for number in range(3):
        send(Client(), source, learner_help(id=f"{SECRET}-{number}", learner={"name": NAME, "email": f"{NAME}@x.org"}))
    process()
    publish()
    receive(mailbox_of(source.team), write_email(SECRET, sender=f"{NAME} <{NAME}@example.com>"))
    for service in ("webhooks.deliveries", "tickets.publishing", "conversations.inbound"):
        (batch,) = named(spans(), service)
        assert re.fullmatch("batch-[0-9a-f]{16}", batch.attributes["helpdesk.request_id"])
        assert batch.attributes["messaging.batch.message_count"] >= (1 if "inbound" in service else 3)
        assert any(span.parent and span.parent.span_id == batch.context.span_id for span in spans())
    told = " ".join(span.to_json() for span in spans())
    assert NAME not in told
    assert SECRET not in told


@needs_packages
def test_an_idle_service_makes_no_trace(spans):
    process()
    publish()
    file_waiting()
    assert not spans()


@needs_packages
def test_a_failure_in_a_batch_is_logged_with_its_span_id(spans):
    with pytest.raises(ValueError, match=NAME), batch_span("echo", 1):
        raise ValueError(NAME)
    (batch,) = named(spans(), "echo")
    assert (batch.status.is_ok, batch.status.description) == (False, None)
    assert batch.attributes["helpdesk.request_id"] == current_id()


def test_a_batch_has_an_id_even_without_tracing(monkeypatch):
    monkeypatch.setattr(tracing, "_provider", None)
    before = current_id()
    with batch_span("echo", 1):
        assert current_id().startswith("batch-")
    assert current_id() == before


@needs_packages
def test_events_are_still_accepted_whatever_the_host_name(spans):
    source = source_of()
    answer = Client().get(f"/webhooks/eduzz/{source.pk}/", headers={"host": "10.0.0.7"})
    assert answer.status_code == 200
    assert named(spans(), "GET webhooks/eduzz/<str:source_id>/")


@needs_packages
def test_queries_outside_a_trace_are_not_recorded(spans):
    User.objects.exists()
    assert not spans()


@needs_packages
def test_a_client_cannot_set_the_trace_of_a_request(spans):
    trace = "0af7651916cd43dd8448eb211c80319c"
    Client().get("/accounts/login/", headers={"Traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    (request,) = [span for span in spans() if not span.parent]
    assert f"{request.context.trace_id:032x}" != trace


@needs_packages
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT 1 FROM a2 WHERE b = 'Ana''s' AND c > -3.5 /* Ana */", "SELECT ? FROM a2 WHERE b = ? AND c > -?"),
        ('SELECT %s, $1 -- Ana\nFROM "t1"', 'SELECT %s, $1 FROM "t1"'),
        ("SELECT E'Ana\\'s'", ""),
        ("SELECT $$Ana$$", ""),
        ("SELECT $x$Ana$x$", ""),
        ("SELECT 'Ana", ""),
    ],
)
def test_a_recorded_query_has_no_values(query, told):
    from helpdesk.operations.span_cleaning import without_values

    assert without_values(query) == told


class CollectingServer(HTTPServer):
    got: list[tuple[str, bytes]]


class Collector(BaseHTTPRequestHandler):
    server: CollectingServer

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


ONE_REQUEST = """
import django; django.setup()
from django.test import Client
assert Client().get("/livez", headers={"host": "10.0.0.7"}).status_code == 200
Client().get("/nowhere/", headers={"host": "localhost"})
from helpdesk.operations import tracing
tracing._provider.force_flush()
"""


def run_python(code, **variables):
    command, environment = [sys.executable, "-c", code], os.environ | variables
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@needs_packages
def test_traces_are_sent_to_the_collector():
    with CollectingServer(("127.0.0.1", 0), Collector) as server:
        server.got = []
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        done = run_python(ONE_REQUEST, OTEL_EXPORTER_OTLP_ENDPOINT=address)
        server.shutdown()
        assert done.returncode == 0, done.stderr
    (path, body), *_others = server.got
    assert path == "/v1/traces"
    assert b"helpdesk" in body


def test_tracing_packages_are_imported_only_if_enabled():
    code = "import django, sys; django.setup(); print([name for name in sys.modules if 'opentelemetry' in name])"
    assert run_python(code, OTEL_EXPORTER_OTLP_ENDPOINT="").stdout.strip() == "[]"


def test_missing_tracing_packages_are_reported_and_all_else_works(monkeypatch, caplog, settings):
    monkeypatch.setattr(tracing, "PACKAGES", ["no_such_package.at_all"])
    monkeypatch.setattr(tracing, "_provider", None)
    start_tracing()
    assert "not installed" in caplog.text
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:4318"
    (found,) = check_tracing()
    assert found.level == Level.FAIL
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = ""
    assert list(check_tracing()) == []


NO_JOB: Any = None


def test_a_job_runs_as_usual_without_tracing(monkeypatch):
    monkeypatch.setattr(tracing, "_provider", None)

    async def work():
        return 7

    assert asyncio.run(job_span_middleware(work, NO_JOB, None)) == 7
