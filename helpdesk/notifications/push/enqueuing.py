"""From events of the tickets' history to a look for notifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from helpdesk.notifications.models import PushSubscription
from helpdesk.operations.clock import database_now
from helpdesk.tickets.models import TicketEvent

Event = TicketEvent.Kind

NOTIFIED_KINDS = {
    Event.CREATED,
    Event.ASSIGNED,
    Event.ASKED_AGAIN,
    Event.NOTE_ADDED,
    Event.LEARNER_WROTE,
    Event.REOPENED,
    Event.RATED,
    Event.SENDING_FAILED,
}
PAUSE = timedelta(seconds=8)  # what is undone in it is not told, and what comes in it is told together


def look_soon(events: Sequence[TicketEvent]) -> None:
    """Have a worker look shortly, once for all that happens until then, where anybody is told by notifications."""
    if not PushSubscription.objects.exists():
        return
    job = app.configure_task(
        "notifications.enqueue_pushes",
        schedule_at=database_now() + PAUSE,
        queueing_lock="notifications.enqueue_pushes",
    )
    try:
        with transaction.atomic():
            job.defer()
    except AlreadyEnqueued:
        pass
