"""Writes on the learner's page, and counts what that stores."""

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.models import LearnerLink, PageAttempt, Rating, Submission
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, TicketEvent


def send(learner, page, **data):
    return learner.post(page, {"do": "write"} | data)


def write(ticket, body="", **more):
    """Store a message from the learner, as their page does."""
    return receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage(body, "page", trust="link", **more))


def stored():
    """How many rows there are of the kinds that viewing a page might add."""
    return [model.objects.count() for model in (Message, TicketEvent, Rating, Submission, PageAttempt, LearnerLink)]
