"""Schedules push notifications when something happens to tickets."""

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
PAUSE = timedelta(
    seconds=8
)  # what is undone meanwhile is not announced, and what comes meanwhile is announced together


def look_soon(events: Sequence[TicketEvent]) -> None:
    """Schedule one check, for all events until then, if any browser receives notifications."""
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
