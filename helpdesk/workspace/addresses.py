"""Where a person goes on after a change, still in the list that the ticket was opened from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django_htmx.http import HttpResponseLocation

from helpdesk.inbox.filters import TicketFilter
from helpdesk.teams.access import TeamRequest
from helpdesk.ui.responses import HttpResponseSeeOther


def filter_of_list(request: TeamRequest) -> TicketFilter:
    """The list that the ticket was opened from: as a form on its page says it, or its address."""
    query = request.POST.get("query", request.GET.get("in", ""))
    return TicketFilter(QueryDict(query), request.team, request.user)


def number_above(request: TeamRequest) -> int | None:
    """The ticket above this one in the list, as its page says in a form, or a script of it that asks for it anew.

    0 where it is the first, else None.
    """
    number = request.POST.get("above", request.GET.get("above", ""))
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None


def list_address(request: TeamRequest) -> str:
    """The list that the form says it was sent from."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return reverse("inbox", args=[request.team.slug]) + (f"?{query}" if query else "")


def ticket_address(request: TeamRequest, number: int, **values: str) -> str:
    """The page of a ticket of that list, with those of the values that are not empty."""
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
    return HttpResponseSeeOther(ticket_address(request, number, **values))


def go_in_place(address: str) -> HttpResponse:
    """Have htmx put that ticket in the place of the one that is shown."""
    swap: Any = "outerHTML show:none"  # ticket-focus.js has it begin at its head
    return HttpResponseLocation(address, target="#ticket", select="#ticket", swap=swap)
