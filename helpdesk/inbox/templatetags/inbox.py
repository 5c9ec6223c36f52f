"""Template tags for the sidebar, and for the rows of the list."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString

from helpdesk.courses.models import Course
from helpdesk.inbox import row_html
from helpdesk.inbox.marking import marked
from helpdesk.inbox.rows import Row
from helpdesk.inbox.saved_views import labels_of_views
from helpdesk.inbox.sidebar import VIEWS, count_views
from helpdesk.tickets.changes import ASSIGNEE
from helpdesk.ui.icons import icon
from helpdesk.ui.rendering import render_cached

register = template.Library()
register.filter(marked)
USUAL = {view.name for view in VIEWS}


@register.simple_tag(takes_context=True)
def sidebar(context: dict[str, Any]) -> dict[str, Any]:
    """The sidebar's saved views."""
    return {"saved": labels_of_views(context["request"].membership)}


@register.simple_tag(takes_context=True)
def usual_views(context: dict[str, Any], *, is_short: Any = False) -> SafeString:
    """Links to the built-in views with their numbers of tickets; if `is_short`, without those in the tab bar."""
    request, nav = context["request"], str(context.get("nav", ""))
    kind = {"nav": nav if nav in USUAL else "", "is_short": bool(is_short)}
    return render_cached(
        "inbox/_usual_views.html", kind, {"slug": request.team.slug} | count_views(request.membership), _views
    )


def _views(counts: dict[str, Any]) -> dict[str, Any]:
    return {
        "views": [
            view._asdict() | {"icon": icon(view.icon), "query": view.query, "count": counts[view.name]}
            for view in VIEWS
        ]
    }


@register.simple_tag(takes_context=True, name="count_views")
def view_counts(context: dict[str, Any]) -> dict[str, str]:
    """The number of tickets in each built-in view, by name."""
    return count_views(context["request"].membership)


@register.simple_tag(takes_context=True)
def render_row(context: dict[str, Any], row: Row, *, is_oob: bool = False) -> SafeString:
    """One row of the list."""
    request, can_change = context["request"], context["can_change"]
    return row_html.render_row(
        row,
        inbox=context["inbox_url"],
        in_query=context.get("in_query", ""),
        person=request.user.pk,
        can_change=can_change,
        can_take=can_change and request.membership.can(ASSIGNEE.permission),
        is_oob=is_oob,
    )


@register.filter
def course_label(course: Course | None, labels: dict[int, str]) -> str:
    """A course's label among the team's courses; empty if there is no course."""
    return labels.get(course.pk, str(course)) if course else ""


@register.filter
def is_query(query: str, other: str) -> bool:
    """Whether two query strings have the same filters."""
    return QueryDict(query).dict() == QueryDict(other).dict()
