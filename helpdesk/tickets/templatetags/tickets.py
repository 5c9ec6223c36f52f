"""What every page of a team shows of its tickets: the side bar."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict

from helpdesk.tickets.counts import VIEWS, count_views
from helpdesk.tickets.models import SavedView

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar(context: dict[str, Any]) -> dict[str, Any]:
    """The usual views with how many tickets each holds, and the saved ones."""
    membership = context["request"].membership
    return {
        "views": [(view, count) for view, count in zip(VIEWS, count_views(membership).values(), strict=True)],
        "saved": list(SavedView.objects.shown_to(membership)),
    }


@register.filter
def is_query(query: str, other: str) -> bool:
    """Whether two query strings ask the same."""
    return QueryDict(query).dict() == QueryDict(other).dict()
