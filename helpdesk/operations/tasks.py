"""Jobs that keep in order what is of no team."""

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
    """Failed jobs are kept for a month, for the operator to look at."""
    # Through Django's connection: the runner's own has to stay free for its signs of life.
    await app.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)


@app.periodic(cron="53 3 * * *")
@app.task(
    name="operations.forget_policy_violations",
    queue="operations",
    queueing_lock="operations.forget_policy_violations",
)
def forget_policy_violations(timestamp: int) -> None:
    """Breaches of the policy that no browser has reported for a month."""
    recording.forget_violations()


@app.periodic(cron="41 * * * *")
@app.task(
    name="operations.forget_expired_cache",
    queue="operations",
    queueing_lock="operations.forget_expired_cache",
)
def forget_expired_cache(timestamp: int) -> None:
    """How often something was tried from an IP address, or with an e-mail address: gone once that no longer counts.

    The cache itself deletes only what is asked for again, or when it is full.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < now()")
