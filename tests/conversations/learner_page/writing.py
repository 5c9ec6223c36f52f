"""Writing on the learner's page, and what that stores."""

from helpdesk.conversations.models import LearnerLink, PageAttempt, Rating, Submission
from helpdesk.tickets.models import Message, TicketEvent


def send(learner, page, **data):
    return learner.post(page, {"do": "write"} | data)


def stored():
    """How many rows a look at a page could add to."""
    return [model.objects.count() for model in (Message, TicketEvent, Rating, Submission, PageAttempt, LearnerLink)]
