"""The way from an e-mail to the learner's page."""

from __future__ import annotations

from helpdesk.tickets.models import Ticket


def page_address(ticket: Ticket) -> str:
    """The full address of the ticket's page for its learner; empty while there is none."""
    return ""
