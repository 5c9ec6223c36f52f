"""Where a person goes on after a change."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from helpdesk.teams.access import TeamRequest


def list_address(request: TeamRequest) -> str:
    """The list that the form says it was sent from."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return reverse("inbox", args=[request.team.slug]) + (f"?{query}" if query else "")


def ticket_address(request: TeamRequest, number: int, *, changed: int | None = None) -> str:
    """A ticket of that list, where `changed` has what came of this change shown beside it."""
    address = reverse("ticket", args=[request.team.slug, number])
    return with_values(address, changed=str(changed or ""), **{"in": request.POST.get("query", "")})


def with_values(address: str, **values: str) -> str:
    """The address with those of the values that are not empty."""
    query = urlencode({key: value for key, value in values.items() if value})
    if not query:
        return address
    return address + ("&" if "?" in address else "?") + query
