"""No job is left to a worker that is lost or unaware of it, and no old one is kept forever."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from helpdesk.operations import job_manager, lost_workers, tasks
from helpdesk.operations.job_connection import JobConnector
from helpdesk.operations.job_manager import RecoveringJobManager
from helpdesk.operations.lost_workers import LostJobs
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
INSERT = """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, queueing_lock)
    VALUES ('default', %s, '{}', %s, %s) RETURNING id
"""


def insert(name, status, queueing_lock=None):
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [name, status, queueing_lock])
        return cursor.fetchone()[0]


def states():
    return dict(ProcrastinateJob.objects.order_by("pk").values_list("task_name", "status"))


def requeue(monkeypatch):
    monkeypatch.setattr(lost_workers, "SETTLED_AFTER", 0)
    LostJobs().requeue()


def test_a_superseded_job_does_not_keep_the_others_from_being_requeued(caplog, monkeypatch):
    insert("first", "doing")
    insert("superseded", "doing", "lock")
    insert("newer", "todo", "lock")
    insert("last", "doing")
    requeue(monkeypatch)
    assert states() == {"first": "todo", "superseded": "aborted", "newer": "todo", "last": "todo"}
    assert "superseded" in caplog.text


def test_a_job_that_keeps_killing_its_workers_waits_longer_each_time(monkeypatch):
    first, again, often = (insert(name, "doing") for name in ("first", "again", "often"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 3 WHERE id = %s", [again])
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 50 WHERE id = %s", [often])
    before = timezone.now()
    requeue(monkeypatch)
    waits = {job.pk: job.scheduled_at - before for job in ProcrastinateJob.objects.all()}
    assert [round(waits[job].total_seconds()) for job in (first, again, often)] == [0, 7, 1023]


def take_a_job(meanwhile=lambda: None):
    """Fetch a job as a worker does, whose connection is open during `meanwhile` and closed afterwards."""

    async def take():
        connector = JobConnector()
        manager = RecoveringJobManager(connector)
        await manager.fetch_job(None, await manager.register_worker())
        await asyncio.to_thread(meanwhile)
        await connector.close_async()

    asyncio.run(take())


def test_a_worker_is_not_lost_while_its_connection_is_open(monkeypatch):
    insert("only", "todo")
    take_a_job(meanwhile=lambda: requeue(monkeypatch))
    assert states() == {"only": "doing"}


def test_a_worker_is_lost_once_its_connection_is_closed(monkeypatch):
    insert("only", "todo")
    take_a_job()

    def is_given_back():
        requeue(monkeypatch)
        return states() == {"only": "todo"}

    wait_until(is_given_back, 30, "the server notices soon that a connection has ended")


def test_a_worker_without_a_heartbeat_is_lost_whatever_its_connection(monkeypatch):
    insert("only", "todo")

    async def take():
        connector = JobConnector()
        manager = RecoveringJobManager(connector)
        await manager.fetch_job(None, await manager.register_worker())
        await connector.execute_query_async(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
        )
        await asyncio.to_thread(requeue, monkeypatch)
        await connector.close_async()

    asyncio.run(take())
    assert states() == {"only": "todo"}


def test_no_worker_is_considered_lost_right_after_a_database_outage(monkeypatch):
    monkeypatch.setattr(lost_workers, "SETTLED_AFTER", 0.01)
    insert("only", "doing")
    jobs = LostJobs()
    jobs.requeue()
    time.sleep(0.02)
    with monkeypatch.context() as context:
        context.setattr(lost_workers, "JOBS_OF_LOST_WORKERS", "SELECT pg_terminate_backend(pg_backend_pid()), %s, %s")
        with pytest.raises(OperationalError):
            jobs.requeue()
    connection.close()
    jobs.requeue()
    assert states() == {"only": "doing"}
    time.sleep(0.02)
    jobs.requeue()
    assert states() == {"only": "todo"}


class LosesTheAnswer(JobConnector):
    """Loses the answer to the first query of a kind, once the database has done what was asked."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    async def _ask(self, query, values):
        rows = await super()._ask(query, values)
        if self.kind and self.kind in query:
            self.kind = None
            raise psycopg.OperationalError("server closed the connection unexpectedly")
        return rows


def test_a_job_fetched_with_a_lost_answer_is_put_back():
    insert("first", "todo")
    insert("second", "todo")

    async def fetch():
        connector = LosesTheAnswer(b"procrastinate_fetch_job")
        manager = RecoveringJobManager(connector)
        job = await manager.fetch_job(None, await manager.register_worker())
        await connector.close_async()
        return job

    assert asyncio.run(fetch()).task_name == "second"
    assert states() == {"first": "todo", "second": "doing"}


def test_a_job_finished_with_a_lost_answer_is_done():
    insert("only", "todo")

    async def finish():
        connector = LosesTheAnswer(b"procrastinate_finish_job")
        manager = RecoveringJobManager(connector)
        job = await manager.fetch_job(None, await manager.register_worker())
        assert job
        await manager.finish_job(job, Status.SUCCEEDED, delete_job=True)
        await connector.close_async()

    asyncio.run(finish())
    assert states() == {}


def test_failed_jobs_are_kept_for_a_month():
    for name, status in (("old", "failed"), ("superseded", "aborted"), ("waiting", "todo")):
        insert(name, status)
    insert("recent", "failed")
    with connection.cursor() as cursor:  # the library notes an event at a change only
        cursor.execute("INSERT INTO procrastinate_events (job_id, type) SELECT id, 'failed' FROM procrastinate_jobs")
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - interval '31 days' FROM procrastinate_jobs AS job "
            "WHERE job.id = job_id AND task_name <> 'recent'"
        )
    async_to_sync(tasks.forget_old_jobs.func)(timestamp=0)
    assert states() == {"waiting": "todo", "recent": "failed"}


@pytest.mark.parametrize("skew", [timedelta(days=2), -timedelta(days=2)])
def test_waiting_time_uses_one_clock_and_due_time_that_of_the_database(monkeypatch, skew):
    insert("only", "todo")

    class WrongClock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + skew

    async def take_and_retry():
        connector = JobConnector()
        manager = RecoveringJobManager(connector)
        job = await manager.fetch_job(None, await manager.register_worker())
        assert job
        await manager.retry_job(job, retry_at=WrongClock.now(UTC) + timedelta(minutes=5))
        await connector.close_async()

    monkeypatch.setattr(job_manager, "datetime", WrongClock)
    async_to_sync(take_and_retry)()
    job = ProcrastinateJob.objects.get()
    assert job.scheduled_at is not None
    assert abs(job.scheduled_at - timezone.now() - timedelta(minutes=5)) < timedelta(minutes=1)
