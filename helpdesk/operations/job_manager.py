"""What a worker keeps about its jobs in the database, right also where the connection is lost in between."""

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
    """Let a job wait for its next attempt; where another one with its queueing lock waits already, it ends.

    Tells whether it waits. Raises ConnectorException where the job is not in work.
    """
    try:
        await manager.retry_job_by_id_async(job_id, retry_at, **changes)
    except UniqueViolation:
        logger.warning("Job %s is superseded: another one waits already, and this one ends.", name)
        await manager.finish_job_by_id_async(job_id, Status.ABORTED, delete_job=False)
        return False
    return True


class RecoveringJobManager(JobManager):
    """No job stays in the hands of a worker that does not know of it."""

    connector: JobConnector

    def __init__(self, connector: JobConnector) -> None:
        super().__init__(connector)
        self.fetched = 0
        self._in_hand: set[int | None] = set()

    async def register_worker(self) -> int:
        """Make the worker known, and have the database know for as long as it is there."""
        worker_id = await super().register_worker()
        await self.connector.hold_lock(worker_id)
        return worker_id

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        """Take the next job, if any; one that was taken by a query whose answer was lost is put back."""
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
        """Note that a job is done with."""
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
        """Let a job wait for its next attempt; where another one with its queueing lock waits already, it ends."""
        if retry_at:
            # How long it waits was told by this machine's clock; what is due is told by the database's.
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
            # It had been noted; only the answer was lost, and the second attempt found nothing to do.
        finally:
            self._in_hand.discard(job.id)
