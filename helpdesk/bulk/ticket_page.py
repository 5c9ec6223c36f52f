"""What a change that is made on a ticket's page is answered with: the ticket as it is now, or the next one."""

from __future__ import annotations

from typing import Any, Self

from django.http import HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from helpdesk.bulk.models import BulkChangeItem
from helpdesk.bulk.results import Result
from helpdesk.teams.access import TeamRequest
from helpdesk.tickets.changes import BULK_CHANGES, SNOOZE, TAG
from helpdesk.tickets.timeline import changes_since
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.addresses import (
    back_to_ticket,
    filter_of_list,
    go_in_place,
    list_address,
    number_above,
    ticket_address,
    with_values,
)
from helpdesk.workspace.list_position import list_position_of
from helpdesk.workspace.ticket_views import find_ticket, show_ticket

Outcome = BulkChangeItem.Outcome
TYPED_INTO_PICKERS = {f"{change.name}:" for change in (TAG, SNOOZE)}  # whose value comes in a field of its own
NUMBERS_TOLD = 50  # tickets that the list is told of by their numbers


class TicketPage:
    """The page of the ticket that a form names in `from_ticket`."""

    def __init__(self, request: TeamRequest, number: int) -> None:
        self.request, self.ticket = request, find_ticket(request, number)
        self.goes_on = False
        self.next_number: int | None = None

    @classmethod
    def of(cls, request: TeamRequest) -> Self | None:
        """None where the form was sent from elsewhere. Raises Http404 where the team has no such ticket."""
        number = request.POST.get("from_ticket", "")
        return cls(request, int(number)) if number.isdecimal() and len(number) < 10 else None

    def look_ahead(self, kind: str, value: str) -> None:
        """Find the ticket to go on with: after the change this one may have no place in the list any more."""
        self.goes_on = BULK_CHANGES[kind].is_done_with(value)
        if self.goes_on:
            self.next_number = list_position_of(
                filter_of_list(self.request), self.ticket, number_above(self.request)
            ).next_number

    @property
    def is_shown(self) -> bool:
        """Whether this is the page that the person has before them; with htmx they may have gone on to another."""
        here = self.request.htmx.current_url_abs_path or ""
        address = ticket_address(self.request, self.ticket.number)
        return here.partition("?")[0] == address.partition("?")[0]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """The ticket as it is now; where it is refused with what was typed, in the picker that it was typed into."""
        if status >= 400:
            context["typed"] = self.request.POST
            # Without htmx the pickers of the page that comes are closed.
            context["is_told_in_picker"] = self.request.htmx and self.request.POST.get("change") in TYPED_INTO_PICKERS
        ticket = find_ticket(self.request, self.ticket.number)
        response = show_ticket(self.request, ticket, status=status, **context)
        if self.request.htmx:  # which may have asked from the toast
            response["HX-Retarget"], response["HX-Reselect"] = "#ticket", "#ticket"
            response["HX-Reswap"] = "outerHTML show:none"
        return response

    def answer(self, result: Result) -> HttpResponse:
        """Go on with the next ticket where there is nothing more to do with this one; else stay."""
        if result.only and result.only.outcome == Outcome.REFUSED:
            return self._refuse(result.only)
        if self.goes_on and not result.waiting:
            return refresh_list(self._go_on(result), result)
        if not self.request.htmx:
            return self._redirect(result)
        return refresh_list(self._stay(result), result)

    def _refuse(self, item: BulkChangeItem) -> HttpResponse:
        """What others changed since this page was shown, or else why it cannot be."""
        meanwhile = changes_since(item.ticket, item.seen_version or 0, exclude_actor=self.request.user)
        if item.seen_version and meanwhile:
            return self.show(status=409, meanwhile=meanwhile)
        return self.show(status=422, problem=item.reason)

    def _go_on(self, result: Result) -> HttpResponse:
        request, changed = self.request, str(result.change.pk)
        if self.next_number is None:
            address = with_values(list_address(request), changed=changed)
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
        address = ticket_address(request, self.next_number, changed=changed)
        return go_in_place(address) if request.htmx else HttpResponseSeeOther(address)

    def _redirect(self, result: Result) -> HttpResponse:
        if result.waiting:
            return redirect("bulk_change", self.request.team.slug, result.change.pk)
        return back_to_ticket(self.request, self.ticket.number, changed=str(result.change.pk))

    def _stay(self, result: Result) -> HttpResponse:
        """The ticket in place; after an undo also where another is shown by now."""
        if self.is_shown:
            return self.show(result=result)
        return go_in_place(ticket_address(self.request, self.ticket.number, changed=str(result.change.pk)))


def refresh_list(response: HttpResponse, result: Result) -> HttpResponse:
    """Have a list beside it come anew once the change is made, and say which tickets it was about."""
    if result.waiting:
        return response
    numbers = list(result.change.items.values_list("ticket__number", flat=True)[:NUMBERS_TOLD])
    return trigger_client_event(response, "list-changed", {"tickets": numbers})
