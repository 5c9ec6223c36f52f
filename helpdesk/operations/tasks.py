"""Periodic jobs that clean up data of no team."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from helpdesk.operations.policy_reports import recording

KEPT_HOURS = 24 * 30


@app.periodic(cron="17 4 * * *")
@app.task(
    name="operations.forget_old_jobs",
    queue="operations",
    queueing_lock="operations.forget_old_jobs",
)
async def forget_old_jobs(timestamp: int) -> None:
    """Delete failed and cancelled jobs after a month, during which the operator can look at them."""
    # Through Django's connection: the runner's own is needed for its heartbeat.
    await app.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)


@app.periodic(cron="53 3 * * *")
@app.task(
    name="operations.forget_policy_violations",
    queue="operations",
    queueing_lock="operations.forget_policy_violations",
)
def forget_policy_violations(timestamp: int) -> None:
    """Delete policy violations that no browser has reported for a month."""
    recording.forget_violations()


@app.periodic(cron="41 * * * *")
@app.task(
    name="operations.forget_expired_cache",
    queue="operations",
    queueing_lock="operations.forget_expired_cache",
)
def forget_expired_cache(timestamp: int) -> None:
    """Delete expired attempt counters of IP and e-mail addresses.

    The cache itself deletes expired entries only when they are requested, or when it is full.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < now()")
