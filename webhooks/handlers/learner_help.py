"""A learner's help request: the event that this product is for."""

from __future__ import annotations

from helpdesk.tickets.actions import open_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from webhooks.events import Event
from webhooks.handlers import handles
from webhooks.handlers.records import Records


@handles("nutror.learner_help")
def open_ticket_for_learner(records: Records, event: Event) -> Ticket:
    """Open a ticket for every request; `open_ticket` merges repeated ones."""
    course = records.course(event)
    learner, is_new = records.get_or_create_learner(event)
    return open_ticket(
        records.team,
        Actor.system(),
        learner=learner,
        is_new_learner=is_new,
        course=course,
        producer=course.producer,
        requested_at=event.occurred_at,
        received_at=event.received_at,
    )
