"""Enqueues the jobs that send an endpoint's due deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from helpdesk.operations.clock import database_now

SLOT_WAIT = timedelta(seconds=1)


def enqueue_delivery(endpoint_id: int, at: datetime | None = None) -> None:
    """Enqueue a job that sends the endpoint's due deliveries, now or at a given time, in the current transaction."""
    app.configure_task("integrations.send_due", schedule_at=at).defer(endpoint_id=endpoint_id)


def wait_for_slot(endpoint_id: int) -> None:
    """Enqueue a job that tries again shortly; only one, however many jobs found no free slot."""
    job = app.configure_task(
        "integrations.send_due",
        schedule_at=database_now() + SLOT_WAIT,
        queueing_lock=f"integrations.wait_for_slot.{endpoint_id}",
    )
    try:
        with transaction.atomic():
            job.defer(endpoint_id=endpoint_id)
    except AlreadyEnqueued:
        pass
