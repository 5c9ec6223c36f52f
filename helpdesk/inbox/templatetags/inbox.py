"""What every page of a team shows of its tickets: the side bar."""

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
from helpdesk.ui.names import isolated
from helpdesk.ui.rendering import render_cached
from helpdesk.ui.templatetags.ui import icon

register = template.Library()
register.filter(marked)
USUAL = {view.name for view in VIEWS}
OF_TEAM = {"unfiled", "courses", "learners", "tags", "reports", "sources", "integrations", "team", "account"}


@register.simple_tag(takes_context=True)
def sidebar(context: dict[str, Any]) -> dict[str, Any]:
    """The side bar's saved views."""
    return {"saved": labels_of_views(context["request"].membership)}


@register.simple_tag(takes_context=True)
def usual_views(context: dict[str, Any], *, is_short: Any = False) -> SafeString:
    """Links to the usual views with how many tickets each holds; where `is_short`, without those of the tab bar."""
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
    """How many tickets each of the usual views holds, by its name."""
    return count_views(context["request"].membership)


@register.simple_tag(takes_context=True)
def team_links(context: dict[str, Any], unfiled: int, *, is_in_trouble: bool) -> SafeString:
    """The links to what is the team's and the person's own; `unfiled` e-mails wait for a ticket."""
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
    """What each key does that is of use to the person, and where those lead to that go somewhere."""
    request = context["request"]
    can = request.membership.can
    kind = {"can_view_sources": can(Permission.SOURCE_VIEW), "can_work": can(Permission.TICKET_CHANGE)}
    return render_cached("ui/_keys.html", kind, {"slug": request.team.slug})


@register.simple_tag(takes_context=True)
def sidebar_head(context: dict[str, Any]) -> SafeString:
    """The team, and the way into the command palette."""
    team = context["request"].team
    return render_cached("ui/_sidebar_head.html", {}, {"slug": team.slug, "team": team.name, "initial": team.name[:1]})


@register.simple_tag(takes_context=True)
def tab_links(context: dict[str, Any]) -> SafeString:
    """The links that a phone shows at the foot, its menu aside."""
    nav = str(context.get("nav", ""))
    kind = {"nav": nav if nav in {"inbox", "mine"} else ""}
    return render_cached("ui/_tab_links.html", kind, {"slug": context["request"].team.slug})


@register.simple_tag(takes_context=True)
def render_row(context: dict[str, Any], row: Row, *, is_oob: bool = False) -> SafeString:
    """One row of the list."""
    return row_html.render_row(
        row,
        inbox=context["inbox_url"],
        in_query=context.get("in_query", ""),
        person=context["request"].user.pk,
        can_change=context["can_change"],
        is_oob=is_oob,
    )


@register.filter
def course_label(course: Course | None, labels: dict[int, str]) -> str:
    """What a course is called beside the team's others; empty where there is none."""
    return labels.get(course.pk, str(course)) if course else ""


@register.filter
def is_query(query: str, other: str) -> bool:
    """Whether two query strings have the same filters."""
    return QueryDict(query).dict() == QueryDict(other).dict()
