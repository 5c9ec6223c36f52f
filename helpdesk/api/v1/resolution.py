"""`/tickets/…/resolution`: resolves a ticket, and reopens it."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.tickets.changes import REOPEN, RESOLVE


class Resolution(TicketView):
    """The resolution of a ticket."""

    permissions = {"PUT": RESOLVE.permission, "DELETE": REOPEN.permission}

    @change_operation("resolve_ticket", "Resolve a ticket")
    def put(self, request: Any, number: int) -> Response:
        """Marks the ticket as resolved."""
        return self.change(number, lambda ticket: RESOLVE.make(ticket, self.actor))

    @change_operation("reopen_ticket", "Reopen a ticket")
    def delete(self, request: Any, number: int) -> Response:
        """Makes a resolved or closed ticket open again."""
        return self.change(number, lambda ticket: REOPEN.make(ticket, self.actor))
