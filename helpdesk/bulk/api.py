"""Changing many tickets in one call of the API, asking how far that is, and undoing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.framework.fields import InstantField, NamedChoiceField, UTCField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.problems import Conflict, Problem
from helpdesk.api.framework.serializers import StrictSerializer
from helpdesk.bulk import actions
from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.teams.models import User
from helpdesk.teams.roles import Permission
from helpdesk.tickets import search
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.api import PRIORITIES, TicketView
from helpdesk.tickets.change_api import TagField
from helpdesk.tickets.list_api import TicketFilterQuery, ticket_filter
from helpdesk.tickets.models import Status, Ticket, TicketEvent
from helpdesk.tickets.querysets import TicketQuerySet

Kind, Outcome = BulkChange.Kind, BulkChangeItem.Outcome
MOST = 1_000  # tickets of one call
AT_ONCE = 1.0  # seconds of a request in which a change is made; a worker makes the rest
ASK_AGAIN = 1  # seconds after which a client may ask how far a change is
TRY_AGAIN = 5  # seconds after which another change may be let in
OUTCOMES = [*(outcome for outcome in Outcome.values if outcome != Outcome.PENDING), "not_found"]


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
    priority = NamedChoiceField(PRIORITIES, required=False, help_text="How much they matter.")
    assignee = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, help_text="The member who is responsible; null for nobody."
    )
    tag = TagField(required=False, help_text="A tag to put on.")
    untag = TagField(required=False, help_text="A tag to take off.")
    snooze = InstantField(required=False, help_text="Until when they are out of the inbox.")


class NewBulkChange(StrictSerializer):
    """Which tickets, and what becomes of them."""

    example = {"tickets": {"filter": {"status": "to_do", "tag": "acesso"}}, "change": {"priority": "high"}}
    tickets = WhichTickets(help_text="Which tickets.")
    change = WhatChanges(help_text="What becomes of each.")


class OutcomeSerializer(serializers.Serializer[Any]):
    """What came of one ticket."""

    number = serializers.IntegerField(help_text="The ticket.")
    outcome = serializers.ChoiceField(OUTCOMES, help_text="`unchanged`: it was so already.")
    detail = serializers.CharField(help_text="Why it was refused, or not undone, or not wholly; else empty.")


class CountsSerializer(serializers.Serializer[Any]):
    """How many tickets came to what."""

    pending = serializers.IntegerField(help_text="Still to be changed.")
    changed = serializers.IntegerField(help_text="Changed; while the change is being undone, still to be undone.")
    unchanged = serializers.IntegerField(help_text="Were so already.")
    refused = serializers.IntegerField(help_text="Left as they are, for a reason.")
    not_found = serializers.IntegerField(help_text="The team has no such ticket.")
    undone = serializers.IntegerField(help_text="What the change altered is as before.")
    not_undone = serializers.IntegerField(help_text="Changed, and left so by the undo, for a reason.")


class LinksSerializer(serializers.Serializer[Any]):
    """Where to go on."""

    self = serializers.CharField(help_text="The address of this change.")
    undo = serializers.CharField(
        allow_null=True, help_text="Where a POST undoes it; null where there is nothing to undo."
    )


class BulkChangeSerializer(serializers.Serializer[Any]):
    """A change of many tickets: how far it is, and what came of each."""

    id = serializers.IntegerField(help_text="The key.")
    status = serializers.ChoiceField(
        ["running", "done", "undoing", "undone"],
        help_text="How far it is. `running` and `undoing` go on.",
    )
    actor_kind = serializers.ChoiceField(TicketEvent.ActorKind.values, help_text="Who asked for it.")
    actor_name = serializers.CharField(help_text="The name of the person or token, as it was then.")
    created_at = UTCField(help_text="When it was asked for.")
    finished_at = UTCField(allow_null=True, help_text="When it, or its undo, was done; null while it is at work.")
    counts = CountsSerializer(help_text="In numbers.")
    results = OutcomeSerializer(many=True, help_text="Each ticket that is done with, at most 5,000.")
    links = LinksSerializer(help_text="Where to go on.")


class BulkChangeView(TicketView):
    """A view of bulk changes; a team sees all of its own."""

    def find_change(self, pk: int) -> BulkChange:
        """The team's change of this key; else 404."""
        return get_object_or_404(BulkChange.objects.for_team(self.team), pk=pk)

    def show_change(self, change: BulkChange) -> Response:
        """How far it is."""
        return Response(BulkChangeSerializer(_described(change)).data)

    def progress(self, begun: dict[str, Any]) -> Response:
        """How far what was begun is, after as many steps as a request may take; a worker makes the others."""
        change = self.find_change(begun["id"])
        actions.run(change, AT_ONCE)
        response = self.show_change(change)
        if change.finished_at is None:
            response.status_code = 202
            response["Location"] = address_of(change)
            response["Retry-After"] = str(ASK_AGAIN)
        return response

    @contextmanager
    def beginning(self, field: str = "") -> Iterator[None]:
        """What cannot begin is a problem; where others only have to end first, one that says when to try again."""
        try:
            yield
        except actions.TooManyAtWork as refused:
            raise Problem(429, str(refused), wait=TRY_AGAIN) from None
        except ActionRefused as refused:
            raise Conflict(str(refused), field) from None


class BulkChanges(BulkChangeView):
    """Changes of many tickets."""

    permissions = {"POST": Permission.TICKET_CHANGE}

    @operation(
        "change_tickets",
        "Change many tickets",
        body=NewBulkChange,
        response=BulkChangeSerializer,
        progress=BulkChangeView.progress,
    )
    def post(self, request: Any) -> Response:
        """At most 1,000. Each is changed or refused by itself, and what came of it is told.

        What takes longer than a second goes on afterwards, whether or not anybody asks: then the answer is a 202, and
        its `Location` tells how far it is. A team has few such changes at a time; one more is a 429.
        """
        which, ((kind, value),) = self.body["tickets"], self.body["change"].items()
        if kind == Kind.ASSIGNEE and value and not User.objects.filter(memberships__team=self.team, pk=value).exists():
            raise Conflict(_("The team has no such member."), "change.assignee")
        text = "" if value is None else value.isoformat() if kind == Kind.SNOOZE else str(value)
        tickets, numbers = self._tickets(which), set(which.get("numbers", []))
        missing = numbers - set(tickets.values_list("number", flat=True)) if numbers else ()
        with self.beginning("tickets.filter"):
            change = actions.begin(self.team, self.actor, kind, text, tickets, most=MOST, not_found=sorted(missing))
        return Response({"id": change.pk})

    def _tickets(self, which: dict[str, Any]) -> TicketQuerySet:
        if "numbers" in which:
            numbers = [number for number in which["numbers"] if number < 2**31]
            return Ticket.objects.for_team(self.team).filter(number__in=numbers)
        asked = ticket_filter(self.access, which["filter"])
        if asked.problems:
            raise Conflict(" ".join(asked.problems), "tickets.filter")
        tickets = asked.unsearched
        if text := asked.value("q"):
            tickets = search.newest(tickets, self.team, text, MOST + 1)
        return tickets


class BulkChangeDetail(BulkChangeView):
    """One change of many tickets."""

    permissions = {"GET": Permission.TICKET_CHANGE}

    @operation("get_bulk_change", "Get a change of many tickets", response=BulkChangeSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """How far it is, and what came of each ticket so far; made through the API or on the pages."""
        return self.show_change(self.find_change(pk))


class BulkChangeUndo(BulkChangeView):
    """Undoing a change of many tickets."""

    permissions = {"POST": Permission.TICKET_CHANGE}

    @operation(
        "undo_bulk_change",
        "Undo a change of many tickets",
        response=BulkChangeSerializer,
        progress=BulkChangeView.progress,
    )
    def post(self, request: Any, pk: int) -> Response:
        """Of each ticket what the change altered goes back where it is still so; the rest stays, and is told.

        What takes longer than a second goes on afterwards, as the change itself does.
        """
        change = self.find_change(pk)
        with self.beginning():
            actions.begin_undo(change, self.actor)
        return Response({"id": change.pk})


def address_of(change: BulkChange) -> str:
    """Of its progress."""
    return f"/api/v1/tickets/bulk/{change.pk}"


def _described(change: BulkChange) -> dict[str, Any]:
    """As BulkChangeSerializer shows it."""
    items = change.items.exclude(outcome=Outcome.PENDING).order_by("ticket_id")
    results = [
        {"number": number, "outcome": outcome, "detail": reason}
        for number, outcome, reason in items.values_list("ticket__number", "outcome", "reason")
    ]
    results += [{"number": number, "outcome": "not_found", "detail": ""} for number in change.not_found]
    counts = Counter(result["outcome"] for result in results)
    counts[Outcome.PENDING] = change.items.filter(outcome=Outcome.PENDING).count()
    can_be_undone = change.state == "done" and counts[Outcome.CHANGED]
    return {
        "id": change.pk,
        "status": change.state,
        "actor_kind": change.actor_kind,
        "actor_name": change.actor_name,
        "created_at": change.created_at,
        "finished_at": change.finished_at,
        "counts": {name: counts[name] for name in CountsSerializer().fields},
        "results": results,
        "links": {"self": address_of(change), "undo": f"{address_of(change)}/undo" if can_be_undone else None},
    }
