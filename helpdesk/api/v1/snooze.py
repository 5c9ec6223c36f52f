"""`/tickets/…/snooze`: takes a ticket out of the inbox for a time."""

from __future__ import annotations

from typing import Any

from rest_framework.response import Response

from helpdesk.api.framework.fields import InstantField
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.tickets.changes import SNOOZE, UNSNOOZE


class NewSnooze(StrictSerializer):
    """The time until which to snooze the ticket."""

    example = {"until": "2099-03-02T12:00:00Z"}
    until = InstantField(help_text="A time in the future.")


class Snooze(TicketView):
    """The snooze of a ticket, which hides it from the tickets to do until that time."""

    permissions = {"PUT": SNOOZE.permission, "DELETE": UNSNOOZE.permission}

    @change_operation("snooze_ticket", "Snooze a ticket", body=NewSnooze)
    def put(self, request: Any, number: int) -> Response:
        """The ticket returns to the inbox at that time, or when the learner asks again."""
        return self.change(number, lambda ticket: SNOOZE.make(ticket, self.actor, self.body["until"]))

    @change_operation("unsnooze_ticket", "Unsnooze a ticket")
    def delete(self, request: Any, number: int) -> Response:
        """Returns the ticket to the inbox now."""
        return self.change(number, lambda ticket: UNSNOOZE.make(ticket, self.actor))
