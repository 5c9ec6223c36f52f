"""Lists of tickets in the API: which, in which order, page by page."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from helpdesk.api.framework.access import Access
from helpdesk.api.framework.fields import InstantField, NamedChoiceField, TextField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.pagination import Order
from helpdesk.api.framework.parameters import PageQuery, QuerySerializer
from helpdesk.api.framework.problems import InvalidQuery
from helpdesk.teams.roles import Permission
from helpdesk.tickets import search
from helpdesk.tickets.api import (
    PRIORITIES,
    TicketQuery,
    TicketSerializer,
    TicketView,
    contexts_for,
    with_api_relations,
)
from helpdesk.tickets.filters import STATUS_CHOICES, TO_DO, TicketFilter
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet

ORDERS = {
    "-requested_at": Order(("requested_at", "id"), is_descending=True),
    "requested_at": Order(("requested_at", "id")),
    "-last_activity_at": Order(("last_activity_at", "id"), is_descending=True),
    "last_activity_at": Order(("last_activity_at", "id")),
    "urgency": Order(("urgency", "requested_at", "id")),
}


class TicketFilterQuery(QuerySerializer):
    """The inbox's own filters."""

    q = TextField(
        required=False,
        max_length=100,
        help_text="Search: number, name or e-mail of the learner, course, tag, or words of a note. Newest first.",
    )
    status = serializers.ChoiceField(
        [value for value, _label in STATUS_CHOICES],
        required=False,
        help_text="A status, snoozed tickets included; or `to_do` for what the inbox shows, without them, `snoozed` "
        "for these alone, `done`, or `all`, which is the default.",
    )
    assignee = TextField(required=False, max_length=20, help_text="The key of a member, `none`, or in a session `me`.")
    course = serializers.IntegerField(required=False, min_value=1, help_text="The key of a course.")
    producer = serializers.IntegerField(required=False, min_value=1, help_text="The key of a producer.")
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="A priority.")
    tag = TextField(required=False, max_length=40, help_text="The name of a tag.")
    again = serializers.BooleanField(
        required=False, help_text="`true`: only those whose learner asked again; `false`: only those who asked once."
    )
    requested_from = serializers.DateField(required=False, help_text="Asked on this day of the team's, or later.")
    requested_to = serializers.DateField(required=False, help_text="Asked on this day of the team's, or earlier.")
    resolved_from = serializers.DateField(required=False, help_text="Resolved on this day, or later.")
    resolved_to = serializers.DateField(required=False, help_text="Resolved on this day, or earlier.")
    folded = serializers.BooleanField(
        required=False,
        help_text="`true`: those folded into others too, with `status=all`. The default is `true` beside "
        "`updated_since`, else `false`.",
    )
    weekday = serializers.IntegerField(
        required=False, min_value=1, max_value=7, help_text="Asked on this day of the week; Monday is 1."
    )
    hour = serializers.IntegerField(
        required=False, min_value=0, max_value=23, help_text="Asked in this hour of the day, in the team's zone."
    )


class TicketListQuery(TicketQuery, PageQuery, TicketFilterQuery):
    """Which tickets, in which order, and how much of each."""

    updated_since = InstantField(
        required=False,
        help_text="Only those that were changed at this moment or later, made ones and folded ones too. The order is "
        "then `last_activity_at`, unless you search. It is for a look at a day or a week; a copy is kept in step by "
        "`/tickets/changes`, since a change that is just being made may bear an earlier time than one that you have "
        "seen.",
    )
    ordering = serializers.ChoiceField(
        list(ORDERS),
        required=False,
        help_text="The default is `-requested_at`, the newest first, in which alone a search answers. `urgency` is the "
        "inbox's own, for what is not finished; `status` is `to_do` then, unless it says otherwise.",
    )


FILTERS = list(TicketFilterQuery._declared_fields)


class NamedFilter(TicketFilter):
    """The inbox's question as a program asks it, which may also ask for those whose learner asked once."""

    asks_once = False

    @property
    def unsearched(self) -> TicketQuerySet:
        """Those that the filters leave, whatever is searched for, in no order yet."""
        tickets = super().unsearched
        return tickets.filter(request_count=1) if self.asks_once else tickets


def ticket_filter(access: Access, query: dict[str, Any]) -> NamedFilter:
    """The inbox's question that these parameters ask. Raises InvalidQuery."""
    data = QueryDict(mutable=True)
    for name in FILTERS:
        value = query.get(name)
        if value is not None and value is not False:
            data[name] = "1" if value is True else str(value)
    data.setdefault("status", "all")
    asked = NamedFilter(data, access.team, access.user)
    asked.asks_once = query.get("again") is False
    errors = {name: messages for name, messages in asked.errors.items() if name not in NAMING}
    if errors:
        raise InvalidQuery(
            {name: [ErrorDetail(str(text), "invalid") for text in texts] for name, texts in errors.items()}
        )
    return asked


# Filters that name a thing: where there is no such thing, no ticket has it, which is an answer and not a mistake.
NAMING = {"assignee", "course", "producer", "tag"}


class TicketList(TicketView):
    """The team's tickets."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("list_tickets", "List tickets", query=TicketListQuery, response=TicketSerializer, page=True)
    def get(self, request: Any) -> Response:
        """All tickets but those folded into others, the newest first, unless the parameters say otherwise."""
        since = self.query.get("updated_since")
        default = "last_activity_at" if since and "q" not in self.query else "-requested_at"
        name = self.query.get("ordering", default)
        asked = self._asked(name)
        order, fields = ORDERS[name], self.query.get("fields")
        rows = asked.unsearched
        if since:
            rows = rows.filter(last_activity_at__gte=since)
        rows = order.after(rows, self.place(order, Ticket, name))  # type: ignore[assignment] # still tickets
        if text := asked.value("q"):
            rows = search.newest(rows, self.team, text, self.query["limit"] + 1)
        rows = with_api_relations(rows, fields, self.query.get("expand", ()))
        found = list(order.sort(rows)[: self.query["limit"] + 1])
        return self.page_of(TicketSerializer, found, order, name, contexts=contexts_for(found, fields))

    def _asked(self, ordering: str) -> NamedFilter:
        """The question, in an order in which the database can answer it. Raises InvalidQuery."""
        is_urgency = ordering == "urgency"
        default = {"status": TO_DO if is_urgency else "all", "folded": "updated_since" in self.query}
        asked = ticket_filter(self.access, default | self.query)
        problem = ""
        if ordering != "-requested_at" and asked.value("q"):
            problem = _("A search (“q”) shows the newest first; leave “ordering” out, or set it to -requested_at.")
        elif is_urgency and not asked.is_queue:
            problem = _("Only unfinished tickets have an order by urgency.")
        if problem:
            raise InvalidQuery({"ordering": [ErrorDetail(problem, "invalid")]})
        return asked
