"""`/tickets`: lists, creates, shows and changes tickets."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from helpdesk.api.framework.fields import InstantField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.parameters import PageQuery
from helpdesk.api.framework.problems import Conflict, InvalidQuery
from helpdesk.api.v1.ticket_bodies import NewTicket, TicketChange
from helpdesk.api.v1.ticket_filter import NamedFilter, TicketFilterQuery, ticket_filter
from helpdesk.api.v1.ticket_serializer import (
    SingleTicketSerializer,
    TicketQuery,
    TicketSerializer,
    contexts_for,
    with_relations,
)
from helpdesk.api.v1.ticket_view import TicketView, change_operation
from helpdesk.courses.contact import check_address
from helpdesk.courses.models import Course
from helpdesk.inbox import search
from helpdesk.inbox.filters.form import TO_DO
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.changes import PRIORITY, STATUS, TAG
from helpdesk.tickets.models import INBOX_ORDER, Priority, Ticket
from helpdesk.tickets.querysets import NEWEST_FIRST
from helpdesk.ui.keyset import Order

ORDERS = {
    "-requested_at": NEWEST_FIRST,
    "requested_at": NEWEST_FIRST.reverse,
    "-last_activity_at": Order(("last_activity_at", "id"), is_descending=True),
    "last_activity_at": Order(("last_activity_at", "id")),
    "urgency": INBOX_ORDER,
}


class TicketListQuery(TicketQuery, PageQuery, TicketFilterQuery):
    """The parameters of the list of tickets: filters, order, and how much of each to show."""

    updated_since = InstantField(
        required=False,
        help_text="Only tickets changed at this time or later, including new and merged ones, in the order of "
        "`last_activity_at` unless you search. Meant for looking at a day or a week. To keep a copy up "
        "to date, use `/tickets/changes`: a change that is being saved may have an earlier time than one "
        "that you have already seen.",
    )
    merged_into = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="Only tickets merged directly into the ticket of this number. Notes and events of each are "
        "listed under its own number.",
    )
    ordering = serializers.ChoiceField(
        list(ORDERS),
        required=False,
        help_text="The default is `-requested_at`, the newest first, which is the only order for a search. "
        "`urgency` is the inbox's order, for unfinished tickets: learners who wrote back after an answer "
        "follow the urgent ones. `status` then defaults to `to_do`.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse `merged_into` together with a parameter that excludes merged tickets."""
        if "merged_into" in attrs:
            attrs.setdefault("status", "all")
            attrs.setdefault("folded", True)
            if not attrs["folded"]:
                raise serializers.ValidationError({"folded": _("With merged_into, only merged tickets are listed.")})
        return super().validate(attrs)


class TicketList(TicketView):
    """The team's tickets."""

    permissions = {"GET": Permission.TICKET_VIEW, "POST": Permission.TICKET_OPEN}

    @operation("list_tickets", "List tickets", query=TicketListQuery, response=TicketSerializer, page=True)
    def get(self, request: Any) -> Response:
        """Returns the tickets, the newest first; those merged into others only if a parameter asks for them."""
        since = self.query.get("updated_since")
        default = "last_activity_at" if since and "q" not in self.query else "-requested_at"
        name = self.query.get("ordering", default)
        filtered = self._filter(name)
        order, fields = ORDERS[name], self.query.get("fields")
        rows = filtered.unsearched
        if since:
            rows = rows.filter(last_activity_at__gte=since)
        if merged_into := self.query.get("merged_into"):
            rows = rows.filter(merged_into__in=Ticket.objects.for_team(self.team).filter(number=merged_into))
        rows = order.after(rows, self.place(order, Ticket, name))
        if text := filtered.value("q"):
            rows = search.newest(rows, self.team, text, self.query["limit"] + 1)
        rows = with_relations(rows, fields, self.query.get("expand", ()))
        found = list(order.sort(rows)[: self.query["limit"] + 1])
        return self.page_response(TicketSerializer, found, order, name, contexts=contexts_for(found, fields))

    def _filter(self, ordering: str) -> NamedFilter:
        """The filter. Raises InvalidQuery, also if these tickets cannot be listed in that order."""
        is_urgency = ordering == "urgency"
        default = {"status": TO_DO if is_urgency else "all", "folded": "updated_since" in self.query}
        filtered = ticket_filter(self.access, default | self.query)
        problem = ""
        if ordering != "-requested_at" and filtered.value("q"):
            problem = _("A search (“q”) shows the newest first; leave “ordering” out, or set it to -requested_at.")
        elif is_urgency and not filtered.is_queue:
            problem = _("Only unfinished tickets can be sorted by urgency.")
        if problem:
            raise InvalidQuery({"ordering": [ErrorDetail(problem, "invalid")]})
        return filtered

    @operation(
        "create_ticket",
        "Create a ticket",
        body=NewTicket,
        response=TicketSerializer,
        status=201,
        located=True,
        versioned=True,
    )
    def post(self, request: Any) -> Response:
        """Finds the learner by e-mail address, or creates them.

        If the learner already has an unfinished ticket for that course, the new one is merged into it at once, like any
        repeated help request. `merged_into` is then that ticket's number; it gets the priority, the tags and the note,
        and the question if it has none.
        """
        data = self.body
        with transaction.atomic(), self.conflicts():
            ticket = self._open(data)
            shown = ticket.merged_into or ticket
            if "priority" in data and data["priority"] != Priority.NORMAL:
                PRIORITY.make(shown, self.actor, data["priority"])
            for tag in data.get("tags", []):
                TAG.make(shown, self.actor, tag)
            if "note" in data:
                actions.add_note(shown, self.actor, data["note"])
        is_fresh = shown is ticket and ticket.version == 1
        response = self.show_found(ticket, 201) if is_fresh else self.show_ticket(ticket.number, 201)
        response["Location"] = f"/api/v1/tickets/{ticket.number}"
        return response

    def _open(self, data: dict[str, Any]) -> Ticket:
        """Open the ticket. Raises Conflict for an unknown course, ValidationError for an unusable address."""
        course = None
        if data.get("course"):
            course = Course.objects.for_team(self.team).filter(pk=data["course"]).select_related("producer").first()
            if course is None:
                raise Conflict(_("The team has no such course."), "course")
        learner = {"name": "", **data["learner"]}
        try:
            check_address(self.team, learner["email"])
        except ValidationError as error:
            raise serializers.ValidationError({"learner": {"email": error.messages}}) from None
        question = data.get("question", "")
        return actions.open_ticket_by_hand(self.team, self.actor, course=course, question=question, **learner)


class TicketDetail(TicketView):
    """One ticket."""

    permissions = {"GET": Permission.TICKET_VIEW, "PATCH": Permission.TICKET_CHANGE}

    @operation("get_ticket", "Get a ticket", response=SingleTicketSerializer, versioned=True)
    def get(self, request: Any, number: int) -> Response:
        """Returns one ticket. The `ETag` is its version; send it as `If-Match` with a change."""
        return self.show_ticket(number, serializer=SingleTicketSerializer)

    @change_operation("change_ticket", "Change a ticket", body=TicketChange)
    def patch(self, request: Any, number: int) -> Response:
        """Changes status or priority. Other changes have their own addresses below the ticket."""

        def act(ticket: Ticket) -> None:
            for change in (PRIORITY, STATUS):
                if change.name in self.body:
                    self.require_permission(change.permission)
                    change.make(ticket, self.actor, self.body[change.name])

        return self.change(number, act)
