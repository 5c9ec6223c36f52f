"""The jobs that continue bulk changes, in a queue of their own."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.bulk import actions
from helpdesk.bulk.models import BulkChange

TURN = 2.0  # seconds until the next change has its turn
PAUSE = 0.2  # seconds until a change is tried again that another process runs, or whose tickets are locked
LEFT_ALONE = timedelta(seconds=30)  # since the request, before a change counts as abandoned


@app.task(name="bulk.run", queue="bulk")
def take_turn(bulk_change_id: int) -> None:
    """Make the steps of one turn, and enqueue the next turn if there is more to do."""
    change = BulkChange.objects.filter(pk=bulk_change_id).first()
    if change is None:
        return
    deadline = time.monotonic() + TURN
    while True:
        actions.make_steps(change, deadline - time.monotonic())
        if change.finished_at is not None:
            return
        if time.monotonic() > deadline:
            actions.enqueue(change)
            return
        time.sleep(PAUSE)


@app.periodic(cron="* * * * *")
@app.task(name="bulk.run_abandoned", queue="bulk", queueing_lock="bulk.run_abandoned")
def run_abandoned(timestamp: int = 0) -> None:
    """Continue changes whose request ended before it could enqueue a job, or whose job failed."""
    actions.enqueue_abandoned(timezone.now() - LEFT_ALONE)
