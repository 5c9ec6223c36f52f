"""Template tags for the sidebar, and for the rows of the list."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict
from django.utils.safestring import SafeString

from helpdesk.courses.models import Course
from helpdesk.inbox import row_html
from helpdesk.inbox.counts import VIEWS, count_views
from helpdesk.inbox.marking import marked
from helpdesk.inbox.rows import Row
from helpdesk.inbox.saved_views import labels_of_views
from helpdesk.teams.roles import Permission
from helpdesk.tickets.changes import ASSIGNEE
from helpdesk.ui.names import isolated
from helpdesk.ui.rendering import render_cached
from helpdesk.ui.templatetags.ui import icon

register = template.Library()
register.filter(marked)
USUAL = {view.name for view in VIEWS}
OF_TEAM = {"unfiled", "courses", "learners", "tags", "reports", "sources", "integrations", "team", "account"}


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
def team_links(context: dict[str, Any], unfiled: int, *, is_in_trouble: bool) -> SafeString:
    """Links to pages of the team and of the user; `unfiled` is how many e-mails have no ticket yet."""
    request, nav = context["request"], str(context.get("nav", ""))
    kind = {
        "nav": nav if nav in OF_TEAM else "",
        "has_unfiled": bool(unfiled),
        "can_view_sources": request.membership.can(Permission.SOURCE_VIEW),
        "is_in_trouble": is_in_trouble,
    }
    texts = {
        "slug": request.team.slug,
        "unfiled": unfiled,
        "person": isolated(request.user),
        "here": request.get_full_path(),
        "csrf_token": str(context["csrf_token"]),
    }
    return render_cached("ui/_nav_team.html", kind, texts)


@register.simple_tag(takes_context=True)
def keys_dialog(context: dict[str, Any]) -> SafeString:
    """The keyboard shortcuts that are of use to the user."""
    request = context["request"]
    can = request.membership.can
    kind = {"can_view_sources": can(Permission.SOURCE_VIEW), "can_work": can(Permission.TICKET_CHANGE)}
    return render_cached("ui/_keys.html", kind, {"slug": request.team.slug})


@register.simple_tag(takes_context=True)
def sidebar_head(context: dict[str, Any]) -> SafeString:
    """The team's name, and the button that opens the command palette."""
    team = context["request"].team
    return render_cached("ui/_sidebar_head.html", {}, {"slug": team.slug, "team": team.name, "initial": team.name[:1]})


@register.simple_tag(takes_context=True)
def tab_links(context: dict[str, Any]) -> SafeString:
    """The links at the bottom of a phone's screen, except its menu."""
    nav = str(context.get("nav", ""))
    kind = {"nav": nav if nav in {"inbox", "mine"} else ""}
    return render_cached("ui/_tab_links.html", kind, {"slug": context["request"].team.slug})


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
