"""`/tickets/…/merge`: merges a ticket into another one, and splits it off again."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.tickets.changes import MERGE, UNMERGE


class NewMerge(StrictSerializer):
    """The ticket to merge this one into."""

    example = {"into": 1037}
    into = serializers.IntegerField(min_value=1, help_text="The number of another ticket of the same learner.")


class Merge(TicketView):
    """The merge of a ticket into another."""

    permissions = {"PUT": MERGE.permission, "DELETE": UNMERGE.permission}

    @change_operation("merge_ticket", "Merge a ticket into another", body=NewMerge)
    def put(self, request: Any, number: int) -> Response:
        """Merges the ticket; from then on the other ticket stands for both."""
        self.find_ticket(number)
        into = self.ticket_named_by("into")
        return self.change(number, lambda ticket: MERGE.make(ticket, self.actor, into), into)

    @change_operation("unmerge_ticket", "Split a ticket off")
    def delete(self, request: Any, number: int) -> Response:
        """Splits the ticket off again."""
        return self.change(number, lambda ticket: UNMERGE.make(ticket, self.actor))
