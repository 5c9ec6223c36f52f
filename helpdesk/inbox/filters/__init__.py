"""The filters of the inbox: their form, the matching tickets, chips and pages."""

from helpdesk.inbox.filters.ticket_filter import TicketFilter

__all__ = ["TicketFilter"]
