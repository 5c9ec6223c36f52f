"""A worker survives any outage of its database, and resumes within seconds in the same process."""

import os
import subprocess
import time

import pytest
from django.conf import settings

from helpdesk.operations.lost_workers import SETTLED_AFTER
from helpdesk.operations.server import end_with_parent
from helpdesk.operations.worker_services import POLL
from tests.databases import MANAGE
from tests.operations.echo.long_job import LongJob
from tests.operations.own_postgres import OwnPostgres
from tests.waiting import wait_until

BACK_WITHIN = 5  # seconds
ECHO = "CREATE TABLE echo (id serial, kind text NOT NULL, answered boolean NOT NULL DEFAULT false)"
JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, '{}')"
UNANSWERED = "SELECT DISTINCT kind FROM echo WHERE NOT answered"


@pytest.fixture(scope="module")
def postgres():
    postgres = OwnPostgres(
        DJANGO_SETTINGS_MODULE="tests.operations.echo.settings", PYTHONUNBUFFERED="1", LOG_LEVEL="WARNING"
    )
    with postgres.connect() as connection:
        connection.execute(ECHO)
    yield postgres
    postgres.remove()


@pytest.fixture(scope="module", autouse=True)
def worker_process(postgres):
    """One worker for all of it."""
    process = subprocess.Popen([*MANAGE, "worker"], env=os.environ | postgres.environment, preexec_fn=end_with_parent)
    wait_for_echoes(postgres, 20)
    yield process
    process.terminate()
    assert process.wait(timeout=20) == 0


def wait_for_echoes(postgres, seconds):
    """Give the worker one thing of each kind to do."""
    with postgres.connect() as connection:
        connection.execute("INSERT INTO echo (kind) VALUES ('service'), ('webhook'), ('other')")
        connection.execute(JOB, ["webhooks", "echo.webhook"])
        connection.execute(JOB, ["default", "echo.other"])
    wait_until_answered(postgres, seconds)


def unanswered(postgres):
    """The kinds that nobody has answered."""
    with postgres.connect() as connection:
        return {kind for (kind,) in connection.execute(UNANSWERED)}


def wait_until_answered(postgres, seconds, but=""):
    wait_until(lambda: not unanswered(postgres) - {but}, seconds, "not all is answered")


def stop_and_start(postgres, seconds=2):
    with postgres.stopped():
        time.sleep(seconds)


def freeze(postgres):
    with postgres.frozen():
        time.sleep(3)


def restart_twice(postgres):
    stop_and_start(postgres, 0)
    stop_and_start(postgres, 0)


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(OwnPostgres.crash, id="crashed"),
        pytest.param(OwnPostgres.end_connections, id="its connections are ended"),
        pytest.param(restart_twice, id="restarted twice in a row"),
        pytest.param(stop_and_start, id="stopped for a while"),
        pytest.param(freeze, id="frozen for a while"),
    ],
)
def test_the_worker_survives_a_database_outage(worker_process, postgres, happen):
    happen(postgres)
    wait_for_echoes(postgres, BACK_WITHIN)
    assert worker_process.poll() is None


def test_a_job_running_during_an_outage_is_not_restarted(postgres, tmp_path):
    job = LongJob(postgres, tmp_path)
    wait_until(job.has_begun, 120, "it has not begun")
    for happen in (OwnPostgres.end_connections, OwnPostgres.crash, freeze, stop_and_start):
        happen(postgres)
        wait_for_echoes(postgres, BACK_WITHIN)
        time.sleep(SETTLED_AFTER + POLL)
        assert job.state() == ("doing", 0)
    job.end()
    wait_until(lambda: not job.state(), 120, "it has not ended")


def test_jobs_do_not_wait_for_another_queue(postgres):
    with postgres.connect() as connection:
        connection.execute("INSERT INTO echo (kind) VALUES ('held')")
        for _ in range(3 * settings.WORKER_PLACES["webhooks"]):
            connection.execute(JOB, ["webhooks", "echo.held"])
        connection.execute("INSERT INTO echo (kind) VALUES ('other')")
        connection.execute(JOB, ["default", "echo.other"])
        wait_until_answered(postgres, BACK_WITHIN, but="held")
        connection.execute("UPDATE echo SET answered = true")
