"""A job manager that stays correct even if the database connection is lost in the middle of a query."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.utils import utcnow

from helpdesk.operations.job_connection import JobConnector

logger = logging.getLogger(__name__)


async def retry_or_abort(manager: JobManager, job_id: int, name: str, retry_at: datetime, **changes: Any) -> bool:
    """Queue a job for its next attempt; if another one with its queueing lock is waiting already, abort it instead.

    Returns whether it was queued. Raises ConnectorException if the job is not running.
    """
    try:
        await manager.retry_job_by_id_async(job_id, retry_at, **changes)
    except UniqueViolation:
        logger.warning("Job %s is superseded: another one waits already, and this one ends.", name)
        await manager.finish_job_by_id_async(job_id, Status.ABORTED, delete_job=False)
        return False
    return True


class RecoveringJobManager(JobManager):
    """Makes sure that no job is assigned to a worker that doesn't know about it."""

    connector: JobConnector

    def __init__(self, connector: JobConnector) -> None:
        super().__init__(connector)
        self.fetched = 0
        self._in_hand: set[int | None] = set()

    async def register_worker(self) -> int:
        """Register the worker, and hold the lock that shows that it exists."""
        worker_id = await super().register_worker()
        await self.connector.hold_lock(worker_id)
        return worker_id

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Fetch the next job, if any. If the connection was lost, jobs that were assigned without our knowledge are put
        back.
        """
        losses = self.connector.losses
        job = await super().fetch_job(queues, worker_id)
        if job:
            self.fetched += 1
            self._in_hand.add(job.id)
        if self.connector.losses > losses:
            for lost in await self.list_jobs_async(status=Status.DOING.value):
                if lost.worker_id == worker_id and lost.id not in self._in_hand:
                    await self.retry_job(lost)
        return job

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """Mark a job as finished."""
        async with self._letting_go(job):
            await super().finish_job(job, status, delete_job)

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Queue a job for its next attempt, or abort it if another with its queueing lock is waiting already."""
        if retry_at:
            # `retry_at` was computed by this machine's clock, but due jobs are selected by the database's.
            row = await self.connector.execute_query_one_async("SELECT clock_timestamp() AS now")
            retry_at = row["now"] + (retry_at - datetime.now(UTC))
        changes = {"priority": priority, "queue": queue, "lock": lock}
        async with self._letting_go(job):
            await retry_or_abort(self, job.id or 0, job.call_string, retry_at or utcnow(), **changes)

    @asynccontextmanager
    async def _letting_go(self, job: Job) -> AsyncIterator[None]:
        losses = self.connector.losses
        try:
            yield
        except ConnectorException:
            if self.connector.losses == losses:
                raise
            # The first attempt had succeeded; only its answer was lost, and the second found nothing to do.
        finally:
            self._in_hand.discard(job.id)
