"""How an e-mail's page is found, and what a test reads of a ticket."""

from django.urls import reverse


def address(name, email):
    """Of a page or an action of the e-mail."""
    return reverse(name, args=[email.team.slug, email.pk])


def state_of(ticket):
    """Its status, question, whom it waits for since when, and topic, as they are stored."""
    ticket.refresh_from_db()
    return ticket.status, ticket.question, ticket.awaiting_reply_since, ticket.topic
