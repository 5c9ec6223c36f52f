"""Responses to changes that were made on a ticket's page: the ticket as it is now, or the next one."""

from __future__ import annotations

from typing import Any, Self

from django.http import HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from helpdesk.bulk.models import BulkChangeItem
from helpdesk.bulk.results import Result
from helpdesk.teams.access import TeamRequest
from helpdesk.tickets.changes import BULK_CHANGES, SNOOZE, TAG
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import changes_since
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.ui.whole_numbers import whole_number
from helpdesk.workspace.list_position import list_position_of
from helpdesk.workspace.page_urls import (
    back_to_ticket,
    filter_of_list,
    go_in_place,
    list_url,
    number_above,
    ticket_url,
    with_values,
)
from helpdesk.workspace.ticket_views import find_ticket, show_ticket

Outcome = BulkChangeItem.Outcome
TYPED_INTO_PICKERS = {f"{change.name}:" for change in (TAG, SNOOZE)}  # their value comes in a field of its own
MOST_NUMBERS = 50  # ticket numbers that the event for the list contains at most; FEW in list-changes.js


class ChangedTicketPage:
    """The page of a ticket on which a change was made."""

    def __init__(self, request: TeamRequest, number: int) -> None:
        self.request, self.ticket = request, find_ticket(request, number)
        self.goes_on = False
        self.next_number: int | None = None

    @classmethod
    def of(cls, request: TeamRequest) -> Self | None:
        """The page of the ticket that the form names in `from_ticket`; None if it was sent from elsewhere.

        Raises Http404 if the team has no such ticket.
        """
        number = whole_number(request.POST.get("from_ticket", ""), Ticket.HIGHEST_NUMBER)
        return None if number is None else cls(request, number)

    def look_ahead(self, kind: str, value: str) -> None:
        """Find the next ticket before the change, after which this one may no longer be in the list."""
        self.goes_on = BULK_CHANGES[kind].is_done_with(value)
        if self.goes_on:
            self.next_number = list_position_of(
                filter_of_list(self.request), self.ticket, number_above(self.request)
            ).next_number

    @property
    def is_shown(self) -> bool:
        """Whether the person still has this page open: with htmx they may have gone to another."""
        here = self.request.htmx.current_url_abs_path or ""
        address = ticket_url(self.request, self.ticket.number)
        return here.partition("?")[0] == address.partition("?")[0]

    def show(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """The ticket as it is now; after a refusal, with what was typed, and the error in the picker used, if any."""
        if status >= 400:
            context["typed"] = self.request.POST
            # Without htmx, the new page's pickers are closed.
            context["is_problem_in_picker"] = (
                self.request.htmx and self.request.POST.get("change") in TYPED_INTO_PICKERS
            )
        ticket = find_ticket(self.request, self.ticket.number)
        response = show_ticket(self.request, ticket, status=status, **context)
        if self.request.htmx:  # the request may have come from the toast
            response["HX-Retarget"], response["HX-Reselect"] = "#ticket", "#ticket"
            response["HX-Reswap"] = "outerHTML show:none"
        return response

    def answer(self, result: Result) -> HttpResponse:
        """Go on to the next ticket if this one is done with; else stay."""
        if result.only and result.only.outcome == Outcome.REFUSED:
            return self._refuse(result.only)
        if self.goes_on and not result.waiting:
            return refresh_list(self._go_on(result), result)
        if not self.request.htmx:
            return self._redirect(result)
        return refresh_list(self._stay(result), result)

    def _refuse(self, item: BulkChangeItem) -> HttpResponse:
        """The ticket with what others have changed since this page was shown (409), or with the reason (422)."""
        meanwhile = changes_since(item.ticket, item.seen_version or 0, exclude_actor=self.request.user)
        if item.seen_version and meanwhile:
            return self.show(status=409, meanwhile=meanwhile)
        return self.show(status=422, problem=item.reason)

    def _go_on(self, result: Result) -> HttpResponse:
        request, changed = self.request, str(result.change.pk)
        if self.next_number is None:
            address = with_values(list_url(request), changed=changed)
            return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
        address = ticket_url(request, self.next_number, changed=changed)
        return go_in_place(address) if request.htmx else HttpResponseSeeOther(address)

    def _redirect(self, result: Result) -> HttpResponse:
        if result.waiting:
            return redirect("bulk_change", self.request.team.slug, result.change.pk)
        return back_to_ticket(self.request, self.ticket.number, changed=str(result.change.pk))

    def _stay(self, result: Result) -> HttpResponse:
        """Show the ticket in place; after an undo, go back to it if another is shown by now."""
        if self.is_shown:
            return self.show(result=result)
        return go_in_place(ticket_url(self.request, self.ticket.number, changed=str(result.change.pk)))


def refresh_list(response: HttpResponse, result: Result) -> HttpResponse:
    """Once the change is finished, have the list on the page reload, and tell it which tickets were changed."""
    if result.waiting:
        return response
    numbers = list(result.change.items.values_list("ticket__number", flat=True)[:MOST_NUMBERS])
    return trigger_client_event(response, "list-changed", {"tickets": numbers})
