"""The way from an e-mail to the learner's page."""

from __future__ import annotations

from helpdesk.conversations.links import link_for
from helpdesk.tickets.models import Ticket


def page_address(ticket: Ticket) -> str:
    """The full address of a new link to the ticket's page for its learner."""
    return link_for(ticket)
