"""Jobs that keep the job queue itself in order."""

from __future__ import annotations

from procrastinate.contrib.django import app

KEPT_HOURS = 24 * 30


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
