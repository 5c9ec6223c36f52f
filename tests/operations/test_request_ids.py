"""A request's ID leads from the answer's header through the log and the queries; a job's likewise."""

import io
import json
import logging

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from helpdesk.operations import worker
from helpdesk.operations.logs import DeferredFilter, JobArgumentsFilter, JsonFormatter, LineFormatter
from helpdesk.operations.request_ids import _current, current_id, tag_query

pytestmark = pytest.mark.django_db
GIVEN = "0123456789abcdef-0123456789ABCDEF"


@pytest.fixture(autouse=True)
def _no_id():
    _current.set("")
    yield
    _current.set("")


@pytest.fixture
def written():
    """What is written of requests, as JSON."""
    stream, logger = io.StringIO(), logging.getLogger("django.request")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_each_request_has_its_own_id(client, written):
    first, second = client.get("/nothing/"), client.get("/nothing/")
    ids = [first.headers["X-Request-ID"], second.headers["X-Request-ID"]]
    assert ids[0] != ids[1]
    assert [entry["request_id"] for entry in written()] == ids
    assert {entry["message"] for entry in written()} == {"Not Found: /nothing/"}


def test_probes_have_an_id_too(client):
    assert client.get("/livez").headers["X-Request-ID"]


def test_the_id_from_a_trusted_proxy_is_used(client, settings):
    settings.BEHIND_PROXY = True
    assert client.get("/livez", headers={"x-request-id": GIVEN}).headers["X-Request-ID"] == GIVEN.lower()


@pytest.mark.parametrize("given", ["", "short", "Maria da Silva de Souza", "a" * 65, "x" * 32, f"{GIVEN}\n", "é" * 20])
def test_an_invalid_id_is_not_used(client, settings, given):
    settings.BEHIND_PROXY = True
    assert client.get("/livez", headers={"x-request-id": given}).headers["X-Request-ID"] != given


def test_the_id_from_an_untrusted_client_is_not_used(client, settings):
    settings.BEHIND_PROXY = False
    assert client.get("/livez", headers={"x-request-id": GIVEN}).headers["X-Request-ID"] != GIVEN.lower()


def test_queries_are_tagged_with_the_id_if_enabled():
    _current.set("job-12")
    with connection.execute_wrapper(tag_query), connection.cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid() AND %s", [True])
        assert cursor.fetchone()[0].endswith("/* job-12 */")


@pytest.mark.django_db(transaction=True)
def test_a_job_has_its_own_id_in_its_thread():
    seen = []

    @app.task(name="tests.tell_id", queue="default")
    def tell():
        seen.append(current_id())

    try:
        pk = tell.defer()
        worker.run_until_done()
    finally:
        del app.tasks["tests.tell_id"]
    assert seen == [f"job-{pk}"]
    assert current_id() == ""


@pytest.mark.parametrize(
    ("current", "is_told"), [(GIVEN.lower(), True), ("job-12", False), ("batch-0a", False), ("", False)]
)
def test_a_request_can_be_traced_to_the_jobs_it_enqueued(current, is_told):
    stream, logger = io.StringIO(), logging.getLogger("procrastinate.jobs")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter("{message}", style="{"))
    handler.addFilter(DeferredFilter())
    logger.addHandler(handler)
    try:
        _current.set(current)
        pk = app.configure_task("tests.send", queue="default", allow_unknown=True).defer(name="Maria")
    finally:
        logger.removeHandler(handler)
    assert stream.getvalue() == (f"[{current}] Deferred tests.send[{pk}]\n" if is_told else "")


def test_a_failed_job_is_logged_without_its_arguments():
    job = {"task_name": "teams.send", "id": 5, "call_string": "teams.send[5](name='Maria', token='x')"}
    message = f"Job {job['call_string']} ended with status: Error, lasted 1 s - Result: Maria"
    record = logging.makeLogRecord({"msg": message, "job": job})
    assert JobArgumentsFilter().filter(record)
    assert record.getMessage() == "Job teams.send[5] ended with status: Error, lasted 1 s"


def test_a_log_line_begins_with_the_id():
    _current.set("job-7")
    line = LineFormatter("{message}", style="{").format(logging.makeLogRecord({"msg": "Done"}))
    assert line == "[job-7] Done"


def test_json_is_one_line_whatever_is_logged():
    try:
        raise KeyError("a\nb")
    except KeyError as error:
        about = (KeyError, error, None)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "It\u2028failed\n%s", ("now",), about)
    line = JsonFormatter().format(record)
    assert len(line.splitlines()) == 1
    entry = json.loads(line)
    assert (entry["level"], entry["error"], entry["message"]) == ("error", "KeyError", "It\u2028failed\nnow")
    assert "status" not in entry
