"""The jobs of tickets."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from helpdesk.courses.models import Learner
from helpdesk.tickets import subscribers
from helpdesk.tickets.actions import place_in_lessons as place
from helpdesk.tickets.actions import unassign_ineligible_assignees
from helpdesk.tickets.actor import Actor


# Some eight hours in total; then the job stays in the database as failed, for the operator to look at.
@app.task(name="tickets.notify_subscriber", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def notify_subscriber(name: str, event_id: int) -> None:
    """Call a subscriber again with an event that it failed to handle."""
    subscribers.notify_subscriber(name, event_id)


@app.periodic(cron="* * * * *")
@app.task(name="tickets.release_unworkable", queueing_lock="tickets.release_unworkable")
def release_tickets_of_people_who_left(timestamp: int = 0) -> None:
    """Unassign tickets of people who left: those beyond RELEASED_AT_ONCE, and any that came back to them since."""
    unassign_ineligible_assignees(Actor.system())


@app.task(name="tickets.place_in_lessons", queue="operations", retry=RetryStrategy(max_attempts=20, wait=5))
@transaction.atomic
def place_in_lessons(learner_pk: int, known_from: str) -> None:
    """Update the lessons of a learner's tickets that were locked when the activity (from this time on) became known."""
    learner = Learner.objects.select_for_update(no_key=True).filter(pk=learner_pk).first()
    if learner:
        place({learner: datetime.fromisoformat(known_from)})
