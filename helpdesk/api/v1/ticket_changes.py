"""`/tickets/changes`: changes of tickets, for clients that keep a copy."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.pagination import DEFAULT_LIMIT, MOST, read_cursor, write_cursor
from helpdesk.api.v1.ticket_serializer import TicketQuery, TicketSerializer, contexts_for, with_relations
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.publishing import last_position
from helpdesk.ui.keyset import Order

NAME, ORDER = "changes", Order(("position",))


class ChangesQuery(TicketQuery):
    """The parameters of the changes: where to start, and how much of each ticket to show."""

    after = serializers.CharField(
        required=False,
        max_length=1000,
        help_text="The `cursor` of your last response; without it you start with the very first ticket.",
    )
    limit = serializers.IntegerField(
        default=DEFAULT_LIMIT, min_value=1, max_value=MOST, help_text="The most tickets per response."
    )


class ChangesSerializer(serializers.Serializer):  # type: ignore[type-arg] # not a generic at run time
    """Tickets that have changed, and the position to continue from."""

    cursor = serializers.CharField(
        help_text="Your position, to send as `after` next time; always present. Store it after you have stored the "
        "tickets, and treat it as opaque."
    )
    has_more = serializers.BooleanField(
        help_text="Whether there is more, so that you should ask again at once; otherwise ask whenever you like."
    )
    results = TicketSerializer(
        many=True, help_text="The tickets as they are now, each once, in the order of their last changes."
    )


class TicketChanges(TicketView):
    """The team's tickets in the order in which they changed."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("list_ticket_changes", "List changed tickets", query=ChangesQuery, response=ChangesSerializer)
    def get(self, request: Any) -> Response:
        """Returns every ticket that changed since `after`, as it is now, so that you can keep a copy.

        Nothing is left out, however changes overlap. A ticket is listed again when it changes again; a ticket that is
        merged into another is listed too, so that a copy can drop it. Changes that are not events of a ticket are not
        included: a learner's new name or phone, a course's new title, a tag that is renamed, merged or deleted, a
        ticket that the operator deletes.
        """
        position = self._position()
        limit, fields = self.query["limit"], self.query.get("fields")
        events = TicketEvent.objects.for_team(self.team).filter(position__gt=position).order_by("position")
        found = list(events.only("ticket_id", "position")[: limit + 1])
        newest = {event.ticket_id: event.position or 0 for event in found[:limit]}  # each ticket's newest event wins
        tickets = with_relations(
            Ticket.objects.for_team(self.team).filter(pk__in=newest), fields, self.query.get("expand", ())
        )
        in_order = sorted(tickets, key=lambda ticket: newest[ticket.pk])
        context = self.get_serializer_context() | {"contexts": contexts_for(in_order, fields)}
        return Response(
            {
                "cursor": write_cursor(NAME, ORDER, TicketEvent(position=max(newest.values(), default=position))),
                "has_more": len(found) > limit,
                "results": TicketSerializer(in_order, many=True, context=context).data,
            }
        )

    def _position(self) -> int:
        """The position after which to start; 0 without a cursor.

        Raises InvalidQuery if the cursor is invalid, and NotFound if it is ahead of the database, which was restored
        since.
        """
        cursor = self.query.get("after")
        if not cursor:
            return 0
        position: int | None = read_cursor(cursor, NAME, ORDER, TicketEvent, "after")[0]
        if position is None or position > last_position():
            raise NotFound(_("The history has no such position; start again without “after”."))
        return position
