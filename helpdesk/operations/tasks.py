"""Jobs that keep the job queue itself in order."""

from __future__ import annotations

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app

KEPT_HOURS = 24 * 30


@app.periodic(cron="* * * * * */10")  # the last field: seconds
@app.task(name="operations.retry_stalled_jobs", queueing_lock="operations.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Give the jobs of a worker that was killed to another one."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=settings.WORKER_LOST_AFTER):
        await jobs.retry_job(job)


@app.periodic(cron="17 4 * * *")
@app.task(name="operations.forget_old_jobs", queueing_lock="operations.forget_old_jobs", pass_context=True)
async def forget_old_jobs(context: JobContext, timestamp: int) -> None:
    """Failed jobs are kept for a month, for the operator to look at."""
    await context.app.job_manager.delete_old_jobs(
        KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
