"""Jobs that keep the job queue itself in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

logger = logging.getLogger(__name__)

KEPT_HOURS = 24 * 30
SETTLED_AFTER = 2.0  # seconds


@app.periodic(cron="* * * * * */5")  # the last field: seconds
@app.task(
    name="operations.retry_stalled_jobs",
    queue="operations",
    queueing_lock="operations.retry_stalled_jobs",
    pass_context=True,
)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that was killed to another one, each by itself."""
    lost_before = {job.id for job in await _stalled_jobs(context)}
    if not lost_before:
        return
    # After the database was away, every worker seems lost until it has been heard once more.
    await asyncio.sleep(SETTLED_AFTER)
    for job in await _stalled_jobs(context):
        if job.id in lost_before:
            try:
                await context.app.job_manager.retry_job(job)
            except ConnectorException:
                logger.exception("Job %s of a lost worker cannot be tried again", job.call_string)


async def _stalled_jobs(context: JobContext) -> Iterable[Job]:
    return await context.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_LOST_AFTER)


@app.periodic(cron="17 4 * * *")
@app.task(
    name="operations.forget_old_jobs",
    queue="operations",
    queueing_lock="operations.forget_old_jobs",
)
async def forget_old_jobs(timestamp: int) -> None:
    """Failed jobs are kept for a month, for the operator to look at."""
    # Through Django's connection: the runner's own has to stay free for its signs of life.
    await app.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)
