"""`/tickets/bulk`: changes many tickets in one call, shows the progress, and undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.response import Response

from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.problems import Conflict, Problem
from helpdesk.api.v1.bulk_change_serializers import (
    MOST,
    WITHOUT_VALUE,
    BulkChangeSerializer,
    NewBulkChange,
    address_of,
    represent,
)
from helpdesk.api.v1.ticket_filter import ticket_filter
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.bulk import actions
from helpdesk.bulk.models import BulkChange
from helpdesk.inbox import search
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.change_base import ReversibleChange
from helpdesk.tickets.changes import BULK_CHANGES
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet

AT_ONCE = 1.0  # seconds that a request may spend on the change; a worker does the rest
ASK_AGAIN = 1  # seconds until the client may ask for the progress
TRY_AGAIN = 5  # seconds until another change may be accepted


class BulkChangeView(TicketView):
    """A view of bulk changes; a team sees all of its own."""

    def find_change(self, pk: int) -> BulkChange:
        """The team's change with this primary key; else 404."""
        return get_object_or_404(BulkChange.objects.for_team(self.team), pk=pk)

    def show_change(self, change: BulkChange) -> Response:
        """Respond with the change: its progress, and the outcome for each ticket."""
        return self.show(BulkChangeSerializer, represent(change))

    def progress(self, created: dict[str, Any]) -> Response:
        """Do as many steps as a request may take, and show the progress; a worker does the rest."""
        change = self.find_change(created["id"])
        actions.make_steps_then_enqueue(change, AT_ONCE)
        response = self.show_change(change)
        if change.finished_at is None:
            response.status_code = 202
            response["Location"] = address_of(change)
            response["Retry-After"] = str(ASK_AGAIN)
        return response

    @contextmanager
    def refusals_as_problems(self, field: str = "") -> Iterator[None]:
        """Raise Conflict about this field if the change is refused, or a 429 if too many are running."""
        try:
            yield
        except actions.TooManyRunning as refused:
            raise Problem(429, str(refused), wait=TRY_AGAIN) from None
        except ActionRefused as refused:
            raise Conflict(str(refused), field) from None


class BulkChangeList(BulkChangeView):
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
        """Changes up to 1,000 tickets. Each is changed or refused independently, as the results show.

        A change that takes over a second continues in the background: the response is a 202 whose `Location` shows the
        progress. A team can only run a few such changes at a time; beyond that you get a 429.
        """
        which, ((name, given),) = self.body["tickets"], self.body["change"].items()
        change_kind, value = self._change(name, given)
        self.require_permission(change_kind.permission)
        text = change_kind.store(value) if change_kind.form else ""
        tickets, numbers = self._tickets(which), set(which.get("numbers", []))
        missing = numbers - set(tickets.values_list("number", flat=True)) if numbers else ()
        with self.refusals_as_problems("tickets.filter"):
            change = actions.create_change(
                self.team, self.actor, change_kind.name, text, tickets, most=MOST, not_found=sorted(missing)
            )
        return Response({"id": change.pk})

    def _change(self, name: str, value: Any) -> tuple[ReversibleChange, Any]:
        """The requested change and its value. Raises Conflict if the team has no such value."""
        if value is None and name in WITHOUT_VALUE:
            return WITHOUT_VALUE[name], None
        with self.refusals_as_problems(f"change.{name}"):
            return BULK_CHANGES[name], BULK_CHANGES[name].value_named(self.team, value)

    def _tickets(self, which: dict[str, Any]) -> TicketQuerySet:
        if "numbers" in which:
            numbers = [number for number in which["numbers"] if number <= Ticket.HIGHEST_NUMBER]
            return Ticket.objects.for_team(self.team).filter(number__in=numbers)
        filtered = ticket_filter(self.access, which["filter"])
        if filtered.problems:
            raise Conflict(" ".join(filtered.problems), "tickets.filter")
        tickets = filtered.unsearched
        if text := filtered.value("q"):
            tickets = search.newest(tickets, self.team, text, MOST + 1)
        return tickets


class BulkChangeDetail(BulkChangeView):
    """One change of many tickets."""

    permissions = {"GET": Permission.TICKET_CHANGE}

    @operation("get_bulk_change", "Get a change of many tickets", response=BulkChangeSerializer)
    def get(self, request: Any, pk: int) -> Response:
        """Returns the progress and the results so far, whether the change was made through the API or on the pages."""
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
        """Restores what has not been changed again since; the rest stays, and the results say why.

        An undo that takes over a second continues in the background, as the change itself does.
        """
        change = self.find_change(pk)
        self.require_permission(change.permission)
        with self.refusals_as_problems():
            actions.start_undo(change, self.actor)
        return Response({"id": change.pk})
