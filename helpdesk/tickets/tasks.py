"""The jobs of this room."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from helpdesk.courses.models import Learner
from helpdesk.tickets import subscribers
from helpdesk.tickets.actions import place_in_lessons as place
from helpdesk.tickets.actions import release_unworkable
from helpdesk.tickets.actor import Actor


# Some eight hours in all; then the job stays as failed, with the event's key, for the operator to look at.
@app.task(name="tickets.notify_subscriber", retry=RetryStrategy(max_attempts=9, exponential_wait=3))
def notify_subscriber(name: str, event_id: int) -> None:
    """Tell a subscriber of an event that it could not take when that was published."""
    subscribers.notify_subscriber(name, event_id)


@app.periodic(cron="* * * * *")
@app.task(name="tickets.release_unworkable", queueing_lock="tickets.release_unworkable")
def release_tickets_of_people_who_left(timestamp: int = 0) -> None:
    """What the request did not come to, and what came back to somebody since: reopened, or split off."""
    release_unworkable(Actor.system())


@app.task(name="tickets.place_in_lessons", queue="operations", retry=RetryStrategy(max_attempts=20, wait=5))
@transaction.atomic
def place_in_lessons(learner_pk: int, known_from: str) -> None:
    """Have a learner's tickets follow their activity which somebody held when that became known."""
    learner = Learner.objects.select_for_update(no_key=True).filter(pk=learner_pk).first()
    if learner:
        place({learner: datetime.fromisoformat(known_from)})
