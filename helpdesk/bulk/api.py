"""Changing many tickets in one call of the API, each by the action that changes one."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.operations import operation
from helpdesk.api.problems import Refused
from helpdesk.api.serializers import StrictSerializer, WordField
from helpdesk.bulk.actions import ACTIONS
from helpdesk.bulk.models import BulkChange
from helpdesk.teams.models import User
from helpdesk.teams.roles import Permission
from helpdesk.tickets import search
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.api import PRIORITIES, TicketView
from helpdesk.tickets.change_api import TagField
from helpdesk.tickets.list_api import TicketFilterQuery, ticket_filter, tickets_of
from helpdesk.tickets.models import Status, Ticket

Kind = BulkChange.Kind
MOST = 1_000  # tickets of one call


class TicketFilterBody(StrictSerializer, TicketFilterQuery):
    """The filters of the list of tickets."""


class WhichTickets(StrictSerializer):
    """Tickets by their numbers, or all that fit a filter."""

    takes_one = True
    numbers = serializers.ListField(
        child=serializers.IntegerField(min_value=1, help_text="A number."),
        required=False,
        min_length=1,
        max_length=MOST,
        help_text="The numbers of tickets.",
    )
    filter = TicketFilterBody(required=False, help_text="All that fit; at most 1,000.")


class WhatChanges(StrictSerializer):
    """One change."""

    takes_one = True
    status = serializers.ChoiceField(
        [status for status in Status.values if status != Status.NEW], required=False, help_text="The status to move to."
    )
    priority = WordField(PRIORITIES, required=False, help_text="How much they matter.")
    assignee = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="The member who is responsible; null for nobody."
    )
    tag = TagField(required=False, help_text="A tag to put on.")
    untag = TagField(required=False, help_text="A tag to take off.")
    snooze = serializers.DateTimeField(required=False, help_text="Until when they are out of the inbox.")


class NewBulkChange(StrictSerializer):
    """Which tickets, and what becomes of them."""

    example = {"tickets": {"filter": {"status": "to_do", "tag": "acesso"}}, "change": {"priority": "high"}}
    tickets = WhichTickets(help_text="Which tickets.")
    change = WhatChanges(help_text="What becomes of each.")


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of one ticket."""

    number = serializers.IntegerField(help_text="The ticket.")
    outcome = serializers.ChoiceField(
        ["changed", "unchanged", "refused", "not_found"], help_text="`unchanged`: it was so already."
    )
    detail = serializers.CharField(help_text="Why it was refused; else empty.")


class CountsSerializer(serializers.Serializer[Any]):
    """How many tickets came to what."""

    changed = serializers.IntegerField(help_text="Changed.")
    unchanged = serializers.IntegerField(help_text="Were so already.")
    refused = serializers.IntegerField(help_text="Left as they are, for a reason.")
    not_found = serializers.IntegerField(help_text="The team has no such ticket.")


class BulkOutcomeSerializer(serializers.Serializer[Any]):
    """What came of all of them."""

    counts = CountsSerializer(help_text="In numbers.")
    results = OutcomeSerializer(many=True, help_text="Each ticket.")


class BulkChanges(TicketView):
    """Changes of many tickets."""

    permissions = {"POST": Permission.TICKET_CHANGE}

    @operation("change_tickets", "Change many tickets", body=NewBulkChange, gives=BulkOutcomeSerializer)
    def post(self, request: Any) -> Response:
        """At most 1,000. Each is changed or refused by itself, and what came of it is told."""
        which, ((kind, value),) = self.body["tickets"], self.body["change"].items()
        if kind == Kind.ASSIGNEE and value and not User.objects.filter(memberships__team=self.team, pk=value).exists():
            raise Refused(_("The team has no such member."), "change.assignee")
        text = "" if value is None else value.isoformat() if kind == Kind.SNOOZE else str(value)
        results = [self._change(ticket, kind, text) for ticket in self._tickets(which)]
        found = {result["number"] for result in results}
        missing = sorted(set(which.get("numbers", [])) - found)
        results += [{"number": number, "outcome": "not_found", "detail": ""} for number in missing]
        counts = Counter(result["outcome"] for result in results)
        names = CountsSerializer().fields
        return Response({"counts": {name: counts[name] for name in names}, "results": results})

    def _tickets(self, which: dict[str, Any]) -> list[Ticket]:
        """In one order for everybody, so that two calls cannot block each other."""
        if "numbers" in which:
            numbers = [number for number in which["numbers"] if number < 2**31]
            tickets = Ticket.objects.for_team(self.team).filter(number__in=numbers)
        else:
            asked = ticket_filter(self.access, which["filter"])
            tickets = tickets_of(asked)
            if text := asked.value("q"):
                tickets = search.newest(tickets, self.team, text, MOST + 1)
        found = list(tickets.order_by("pk")[: MOST + 1])
        if len(found) > MOST:
            raise Refused(_("At most %(most)s tickets at once; narrow the filters.") % {"most": MOST}, "tickets.filter")
        return found

    def _change(self, ticket: Ticket, kind: str, value: str) -> dict[str, Any]:
        before = ticket.version
        try:
            with transaction.atomic():
                ACTIONS[kind](ticket, self.actor, value)
        except ActionRefused as refused:
            return {"number": ticket.number, "outcome": "refused", "detail": str(refused)}
        outcome = "unchanged" if ticket.version == before else "changed"
        return {"number": ticket.number, "outcome": outcome, "detail": ""}
