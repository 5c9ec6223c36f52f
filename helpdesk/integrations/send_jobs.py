"""Having a worker look after a subscription."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from helpdesk.operations.clock import database_now

PLACE_WAIT = timedelta(seconds=1)


def enqueue_delivery(subscription_id: int, at: datetime | None = None) -> None:
    """Have what is due for this subscription sent, at once or at a later time; part of the current transaction."""
    app.configure_task("integrations.send_due", schedule_at=at).defer(subscription_id=subscription_id)


def wait_for_place(subscription_id: int) -> None:
    """Have it looked after shortly, by one job however many found no place."""
    job = app.configure_task(
        "integrations.send_due",
        schedule_at=database_now() + PLACE_WAIT,
        queueing_lock=f"integrations.wait_for_place.{subscription_id}",
    )
    try:
        with transaction.atomic():
            job.defer(subscription_id=subscription_id)
    except AlreadyEnqueued:
        pass
