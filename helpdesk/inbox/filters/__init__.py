"""The inbox's address as a question: read by a form, answered with tickets, told in chips, paged through."""

from helpdesk.inbox.filters.ticket_filter import TicketFilter

__all__ = ["TicketFilter"]
