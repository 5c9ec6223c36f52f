"""`/tickets/…/assignment`: who is responsible for a ticket."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.tickets.changes import ASSIGNEE


class NewAssignment(StrictSerializer):
    """The member to assign the ticket to."""

    example = {"assignee": 7}
    assignee = serializers.IntegerField(min_value=1, help_text="ID of a member who works on tickets.")


class Assignment(TicketView):
    """The assignment of a ticket."""

    permissions = {"PUT": ASSIGNEE.permission, "DELETE": ASSIGNEE.permission}

    @change_operation("assign_ticket", "Assign a ticket", body=NewAssignment)
    def put(self, request: Any, number: int) -> Response:
        """Assigns the ticket; a new ticket becomes open."""
        self.find_ticket(number)
        with self.conflicts("assignee"):
            person = ASSIGNEE.value_named(self.team, self.body["assignee"])
        return self.change(number, lambda ticket: ASSIGNEE.make(ticket, self.actor, person))

    @change_operation("unassign_ticket", "Unassign a ticket")
    def delete(self, request: Any, number: int) -> Response:
        """Unassigns the ticket."""
        return self.change(number, lambda ticket: ASSIGNEE.make(ticket, self.actor, None))
