"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from helpdesk.conversations import sending
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.send_jobs import enqueue_sending
from helpdesk.operations.clock import database_now

LATE = timedelta(seconds=30)


# What mail servers do is kept in the dispatches and raises nothing; this is for a database that is away.
@app.task(name="conversations.send_due", queue="emails", retry=RetryStrategy(max_attempts=8, exponential_wait=4))
def send_due() -> None:
    """Send what is due to learners."""
    sending.send_due()


@app.periodic(cron="* * * * *")
@app.task(
    name="conversations.enqueue_late_dispatches",
    queue="operations",
    queueing_lock="conversations.enqueue_late_dispatches",
)
def enqueue_late_dispatches(timestamp: int = 0) -> None:
    """See to messages that are late although their jobs are gone, as when a worker died."""
    if Dispatch.objects.due(database_now() - LATE).exists():
        enqueue_sending()
