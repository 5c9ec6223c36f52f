"""A killed worker's jobs are restarted within seconds, even if it was the only one."""

import pytest

from tests.operations.echo.long_job import LongJob
from tests.operations.own_postgres import OwnPostgres
from tests.servers import serving
from tests.waiting import wait_until

BEGUN_WITHIN = 5  # seconds


@pytest.fixture
def postgres():
    postgres = OwnPostgres(DJANGO_SETTINGS_MODULE="tests.operations.echo.settings", LOG_LEVEL="CRITICAL")
    yield postgres
    postgres.remove()


@pytest.mark.slow
def test_a_killed_workers_job_is_restarted(postgres, tmp_path):
    with serving(worker=True, **postgres.environment):
        job = LongJob(postgres, tmp_path)
        wait_until(job.has_begun, 120, "it has not begun")
        job.forget_that_it_has_begun()
        postgres.worker().kill()
        wait_until(job.has_begun, BEGUN_WITHIN, "it is not begun anew")
        assert job.state() == ("doing", 1)
        job.end()
        wait_until(lambda: not job.state(), 120, "it has not ended")
