"""What every page of a team shows of its tickets: the side bar."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from helpdesk.courses.models import Course
from helpdesk.inbox.counts import VIEWS, count_views
from helpdesk.inbox.row_html import draw
from helpdesk.inbox.rows import Row
from helpdesk.inbox.saved_views import labels_of_views
from helpdesk.ui.names import escaped
from helpdesk.ui.templatetags.ui import icon

register = template.Library()


@register.simple_tag(takes_context=True)
def sidebar(context: dict[str, Any]) -> dict[str, Any]:
    """The usual views with how many tickets each holds, and the saved ones."""
    membership = context["request"].membership
    counts = count_views(membership)
    return {
        "views": [(view, counts[view["name"]]) for view in _views(get_language())],
        "saved": labels_of_views(membership),
    }


@register.simple_tag(takes_context=True, name="count_views")
def view_counts(context: dict[str, Any]) -> dict[str, str]:
    """How many tickets each of the usual views holds, by its name."""
    return count_views(context["request"].membership)


@cache
def _views(language: str | None) -> list[dict[str, str]]:
    """The usual views in the words of a language: they are drawn twice on every page."""
    return [
        {"name": view.name, "query": view.query, "icon": icon(view.icon)}
        | {"label": escaped(str(view.label)), "meaning": escaped(str(view.meaning))}
        for view in VIEWS
    ]


@register.simple_tag(takes_context=True)
def draw_row(context: dict[str, Any], row: Row, *, is_oob: bool = False) -> SafeString:
    """A line of the list."""
    return draw(
        row,
        inbox=context["inbox_url"],
        in_query=context.get("in_query", ""),
        person=context["request"].user.pk,
        can_change=context["can_change"],
        is_oob=is_oob,
    )


@register.filter
def called(course: Course | None, labels: dict[int, str]) -> str:
    """What a course is called beside the team's others; empty where there is none."""
    return labels.get(course.pk, str(course)) if course else ""


@register.filter
def is_query(query: str, other: str) -> bool:
    """Whether two query strings ask the same."""
    return QueryDict(query).dict() == QueryDict(other).dict()
