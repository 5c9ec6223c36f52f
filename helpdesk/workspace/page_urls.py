"""Where to go after a change, within the list that the ticket was opened from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django_htmx.http import HttpResponseLocation

from helpdesk.inbox.filters import TicketFilter
from helpdesk.teams.access import TeamRequest
from helpdesk.tickets.models import Ticket
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.ui.whole_numbers import whole_number


def filter_of_list(request: TeamRequest) -> TicketFilter:
    """The list that the ticket was opened from, as posted by a form or in the address."""
    query = request.POST.get("query", request.GET.get("in", ""))
    return TicketFilter(QueryDict(query), request.team, request.user)


def number_above(request: TeamRequest) -> int | None:
    """The number of the ticket above this one in the list, as the page sends it; 0 if this is the first, else None."""
    return whole_number(request.POST.get("above", request.GET.get("above", "")), Ticket.HIGHEST_NUMBER)


def list_url(request: TeamRequest) -> str:
    """The address of the list that the form was sent from."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return reverse("inbox", args=[request.team.slug]) + (f"?{query}" if query else "")


def ticket_url(request: TeamRequest, number: int, **values: str) -> str:
    """The address of a ticket's page within that list, with those of the values that are not empty."""
    address = reverse("ticket", args=[request.team.slug, number])
    return with_values(address, **values, **{"in": filter_of_list(request).query()})


def with_values(address: str, **values: str) -> str:
    """The address with those of the values that are not empty."""
    query = urlencode({key: value for key, value in values.items() if value})
    if not query:
        return address
    return address + ("&" if "?" in address else "?") + query


def back_to_ticket(request: TeamRequest, number: int, **values: str) -> HttpResponse:
    """Redirect to the ticket's page."""
    return HttpResponseSeeOther(ticket_url(request, number, **values))


def go_in_place(address: str) -> HttpResponse:
    """Make htmx replace the ticket shown with the one at this address."""
    swap: Any = "outerHTML show:none"  # ticket-focus.js scrolls to its top
    return HttpResponseLocation(address, target="#ticket", select="#ticket", swap=swap)
