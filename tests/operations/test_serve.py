"""`manage.py serve` runs the whole, starts again what ends, and refuses to start on what cannot work."""

import json
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

import httpx
import psutil
import psycopg
import pytest
from django.conf import settings
from django.db import connection

from helpdesk.operations.models import WorkerHeartbeat
from helpdesk.operations.server import end_with_parent, is_port_free
from tests.databases import MANAGE
from tests.factories import KEY, source_of
from tests.servers import database_address, free_port
from tests.waiting import wait_until
from tests.webhooks.sender import learner_help
from webhooks.signature import sign

BACK_WITHIN = 5  # seconds
OTHER_KEY = "another-key-0123456789-abcdefghijklmnopqrstuvwxyz"
pytestmark = pytest.mark.django_db(transaction=True)


def answers(port):
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=2).is_success
    except httpx.HTTPError:
        return False


def worker_pids():
    names = WorkerHeartbeat.objects.values_list("name", flat=True)
    return {pid for pid in (int(name.rpartition(":")[2]) for name in names) if psutil.pid_exists(pid)}


@contextmanager
def serve(*options, port=None):
    """The whole, once it answers and its worker, if any, has been heard of; gives the process and its port."""
    port = port or free_port()
    environment = os.environ | {"DATABASE_URL": database_address(), "PORT": str(port), "WEB_WORKERS": "1"}
    process = psutil.Popen([*MANAGE, "serve", *options], env=environment, preexec_fn=end_with_parent)
    try:
        wait_until(
            lambda: answers(port) and ("--without-worker" in options or worker_pids()), 40, "the server does not run"
        )
        yield process, port
    finally:
        if process.is_running():
            process.terminate()
        process.wait()


def test_killed_processes_are_restarted_and_all_end_together():
    with serve() as (process, port):
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").json()["worker"]["alive"]
        (first,) = worker_pids()
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: worker_pids() - {first}, BACK_WITHIN, "no other worker runs")
        for _ in range(2):  # the second one too soon for the server's own supervision
            (web,) = (child for child in process.children() if child.pid not in worker_pids())
            web.children()[0].kill()
            wait_until(lambda: answers(port), BACK_WITHIN, "no other server answers")
        everything = process.children(recursive=True)
        assert len(everything) == 3  # the server, its one process, the worker
        process.terminate()
        assert process.wait(timeout=20) == 0
        assert not [child for child in everything if child.is_running()]


def test_no_process_survives_a_killed_supervisor():
    with serve() as (process, port):
        everything = process.children(recursive=True)
        process.kill()
        wait_until(lambda: not [child for child in everything if child.is_running()], 20, "something of it still runs")
        assert is_port_free("127.0.0.1", port)


def test_no_request_is_refused_while_a_server_restarts_beside_another():
    """A proxy asks the second where the first takes no connection (deploy/)."""
    may_end, answers_given = threading.Event(), []

    def ask(ports):
        while not may_end.wait(0.05):
            for port in ports:
                with suppress(httpx.ConnectError):
                    answers_given.append((port, httpx.get(f"http://127.0.0.1:{port}/accounts/login/").status_code))
                    break
            else:
                answers_given.append((0, 502))

    with serve("--without-worker") as (_standby, second), ThreadPoolExecutor(1) as threads:
        with serve("--without-worker") as (_process, first):
            asking = threads.submit(ask, [first, second])
            wait_until(lambda: (first, 200) in answers_given, 20, "the first does not answer")
        wait_until(lambda: (second, 200) in answers_given, 20, "the second does not answer")
        taken = len(answers_given)
        with serve("--without-worker", port=first):
            wait_until(lambda: (first, 200) in answers_given[taken:], 20, "the first is not asked again")
            may_end.set()
            asking.result()
    assert {status for _port, status in answers_given} == {200}


def test_a_request_made_before_the_stop_is_answered():
    source = source_of()
    body = json.dumps(learner_help()).encode()
    with serve() as (process, port), ThreadPoolExecutor(1) as thread:
        address = f"http://127.0.0.1:{port}"
        with psycopg.connect(database_address()) as other:
            other.execute("LOCK TABLE webhooks_delivery IN SHARE MODE")  # nothing can be stored meanwhile
            answer = thread.submit(
                httpx.post, address + source.intake_path, content=body, headers={"x-signature": sign(body, KEY)}
            )
            wait_until(event_waits, 20, "it has not come to where it waits")
            process.terminate()
            wait_until(lambda: is_port_free("127.0.0.1", port), 10, "it still takes requests")
            assert not answer.done()
        assert (answer.result().status_code, answer.result().json()["status"]) == (200, "stored")
        assert process.wait(timeout=20) == 0


def event_waits():
    """Whether one is to be stored and cannot: the worker may wait for the same table, with another statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE relation = 'webhooks_delivery'::regclass"
            " AND NOT granted AND strpos(query, 'INSERT INTO webhooks_delivery') > 0"
        )
        return cursor.fetchone()


@pytest.fixture
def empty_database():
    """The address of a database without tables."""
    name = f"{connection.settings_dict['NAME']}_empty"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(database_address())._replace(path=f"/{name}"))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def refusal(command, **changes):
    """What `manage.py command` says when it refuses to start."""
    environment = os.environ | {"DATABASE_URL": database_address(), "PORT": str(free_port())} | changes
    ended = subprocess.run([*MANAGE, command], env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("command", ["serve", "worker", "demo"])
def test_an_unmigrated_database_is_refused(empty_database, command):
    assert "Run `manage.py setup` first" in refusal(command, DATABASE_URL=empty_database)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_secret_key_that_does_not_fit_the_secrets_is_refused(command):
    source_of()
    said = refusal(command, SECRET_KEY=OTHER_KEY)
    assert "webhooks.SigningKey.key" in said
    assert "SECRET_KEY_FALLBACKS" in said


def test_a_server_starts_with_an_earlier_secret_key_as_fallback():
    source_of()
    environment = os.environ | {
        "DATABASE_URL": database_address(),
        "SECRET_KEY": OTHER_KEY,
        "SECRET_KEY_FALLBACKS": settings.SECRET_KEY,
    }
    assert subprocess.run([*MANAGE, "worker", "--until-done"], env=environment, timeout=60).returncode == 0
