"""`/tickets/…/resolution`: that the learner has been helped."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions


class Resolution(TicketView):
    """That the learner has been helped."""

    permissions = {"PUT": Permission.TICKET_CHANGE, "DELETE": Permission.TICKET_CHANGE}

    @change_operation("resolve_ticket", "Resolve a ticket")
    def put(self, request: Any, number: int) -> Response:
        """The learner has been helped."""
        return self.change(number, lambda ticket: actions.resolve_ticket(ticket, self.actor))

    @change_operation("reopen_ticket", "Reopen a ticket")
    def delete(self, request: Any, number: int) -> Response:
        """A finished ticket is taken up again."""
        return self.change(number, lambda ticket: actions.reopen_ticket(ticket, self.actor))
