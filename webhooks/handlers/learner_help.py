"""A learner's call for help: the event that this product is for."""

from __future__ import annotations

from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from webhooks.events import Event
from webhooks.handlers import handles
from webhooks.handlers.records import course_of, learner_of
from webhooks.models import Source


@handles("nutror.learner_help")
def open_ticket_for_learner(source: Source, event: Event) -> Ticket:
    """Every call is a ticket; `open_ticket` folds a repeated one."""
    course = course_of(source.team, event)
    return open_ticket(
        source.team,
        Actor.system(),
        learner=learner_of(source.team, event),
        course=course,
        producer=course.producer,
        requested_at=event.occurred_at,
    )
