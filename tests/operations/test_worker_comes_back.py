"""Whatever happens to its database, a worker goes on within seconds, as the process that it is."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings

from helpdesk.operations.server import end_with_parent
from tests.operations.own_postgres import JOB, OwnPostgres, migrate

BACK_WITHIN = 5  # seconds


@pytest.fixture(scope="module")
def environment_and_postgres(tmp_path_factory):
    postgres = OwnPostgres(tmp_path_factory.mktemp("own"))
    environment = os.environ | {
        "DATABASE_URL": postgres.url,
        "DJANGO_SETTINGS_MODULE": "tests.operations.echo.settings",
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": "WARNING",
    }
    migrate(postgres, [sys.executable, str(settings.BASE_DIR / "manage.py")], environment)
    yield environment, postgres
    postgres.close()


@pytest.fixture(scope="module")
def worker(environment_and_postgres):
    """One worker for all of it."""
    environment, postgres = environment_and_postgres
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
    process = subprocess.Popen(command, env=environment, preexec_fn=end_with_parent)
    wait_for_echoes(postgres, 20)
    yield process
    process.terminate()
    assert process.wait(timeout=20) == 0


@pytest.fixture
def postgres(environment_and_postgres, worker):
    return environment_and_postgres[1]


def wait_for_echoes(postgres, seconds):
    postgres.ask_for_echoes()
    wait_until_answered(postgres, seconds)


def wait_until_answered(postgres, seconds, but=""):
    deadline = time.monotonic() + seconds
    while missing := postgres.unanswered() - {but}:
        assert time.monotonic() < deadline, f"not answered: {missing}"
        time.sleep(0.1)


def stop_and_start(postgres, seconds=2):
    postgres.stop()
    time.sleep(seconds)
    postgres.start()


def restart_twice(postgres):
    stop_and_start(postgres, 0)
    stop_and_start(postgres, 0)


@pytest.mark.parametrize(
    "happen",
    [
        pytest.param(OwnPostgres.crash, id="crashed"),
        pytest.param(OwnPostgres.end_backends, id="its connections are ended"),
        pytest.param(restart_twice, id="restarted twice in a row"),
        pytest.param(stop_and_start, id="stopped for a while"),
        pytest.param(lambda postgres: postgres.freeze(3), id="frozen for a while"),
    ],
)
def test_it_goes_on(worker, postgres, happen):
    happen(postgres)
    wait_for_echoes(postgres, BACK_WITHIN)
    assert worker.poll() is None


def test_jobs_do_not_wait_for_those_of_another_queue(postgres):
    with postgres.connect() as connection:
        connection.execute("INSERT INTO echo (kind) VALUES ('held')")
        for _ in range(3 * settings.WORKER_PLACES["webhooks"]):
            connection.execute(JOB, ["webhooks", "echo.held"])
        connection.execute("INSERT INTO echo (kind) VALUES ('other')")
        connection.execute(JOB, ["default", "echo.other"])
        wait_until_answered(postgres, BACK_WITHIN, but="held")
        connection.execute("UPDATE echo SET answered = true")
