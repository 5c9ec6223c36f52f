"""The filters of the inbox: the form that reads them from the address, the tickets they leave, chips and pages."""

from helpdesk.inbox.filters.ticket_filter import TicketFilter

__all__ = ["TicketFilter"]
