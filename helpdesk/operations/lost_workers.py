"""Gives the jobs of a lost worker to others within seconds.

Each job runner holds an advisory lock on its connection while it is running (job_connection.py). The database releases
the lock when the process ends, however it ends, so no clock is needed to find lost workers.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import NamedTuple

from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django import app

from helpdesk.operations.job_connection import WORKER_LOCKS
from helpdesk.operations.job_manager import retry_or_abort
from helpdesk.operations.worker_services import Service

logger = logging.getLogger(__name__)

SILENT_AFTER = 30.0  # seconds without a sign of life after which a worker is lost, even if its connection seems open
SETTLED_AFTER = 1.5  # seconds; a runner that lost its connection gets its lock back sooner
JOBS_OF_LOST_WORKERS = """
    SELECT job.id, job.task_name, job.queue_name,
        -- at once for the first time; a job that ends its workers over and over does so ever more rarely
        now() + make_interval(secs => power(2, least(job.attempts, 10)) - 1)
    FROM procrastinate_jobs AS job
    LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND (
        worker.id IS NULL
        OR worker.last_heartbeat < now() - make_interval(secs => %s)
        OR NOT EXISTS (
            SELECT FROM pg_locks
            WHERE locktype = 'advisory' AND classid = %s AND objid::bigint = worker.id
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        )
    )
"""
WAKE_RUNNER = """
    SELECT pg_notify('procrastinate_queue_v1#' || %s, jsonb_build_object('type', 'job_inserted', 'job_id', %s)::text)
"""


class LostJob(NamedTuple):
    """A job that is assigned to a lost worker."""

    pk: int
    task_name: str
    queue: str
    retry_at: datetime


class LostJobs:
    """The lost jobs seen so far."""

    def __init__(self) -> None:
        self._seen: dict[int, float] = {}

    def requeue(self) -> bool:
        """Queue jobs again that have been lost for SETTLED_AFTER; returns False, because there is never more to do at
        once.
        """
        # Start over if the query fails: when the database comes back, every worker seems lost for a moment.
        seen, self._seen = self._seen, {}
        jobs, now = _jobs_of_lost_workers(), time.monotonic()
        self._seen = {job.pk: seen.get(job.pk, now) for job in jobs}
        for job in jobs:
            if now - self._seen[job.pk] >= SETTLED_AFTER:
                _requeue(job)
        return False


def _jobs_of_lost_workers() -> list[LostJob]:
    with connection.cursor() as cursor:
        cursor.execute(JOBS_OF_LOST_WORKERS, [SILENT_AFTER, WORKER_LOCKS])
        return [LostJob(*row) for row in cursor.fetchall()]


def _requeue(job: LostJob) -> None:
    logger.warning("Job %s (%s) was in the hands of a worker that is gone; it is done again.", job.task_name, job.pk)
    if async_to_sync(retry_or_abort)(app.job_manager, job.pk, job.task_name, job.retry_at):
        with connection.cursor() as cursor:  # the library only notifies about new jobs
            cursor.execute(WAKE_RUNNER, [job.queue, job.pk])


SERVICE = Service("lost workers", "lost_workers", LostJobs().requeue)
