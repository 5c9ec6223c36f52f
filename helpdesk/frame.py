"""Template tags of the frame around a team's pages (`templates/frame/`), which knows all rooms as `urls.py` does."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from helpdesk.conversations.inbound.unfiled_count import COUNTED_AT_MOST
from helpdesk.teams.roles import Permission
from helpdesk.ui.capped_counts import capped_label
from helpdesk.ui.isolation import isolated
from helpdesk.ui.rendering import render_cached

register = template.Library()
OF_TEAM = {"unfiled", "courses", "learners", "tags", "reports", "sources", "integrations", "team", "account"}


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
        "unfiled": capped_label(unfiled, COUNTED_AT_MOST),
        "person": isolated(request.user),
        "here": request.get_full_path(),
        "csrf_token": str(context["csrf_token"]),
    }
    return render_cached("frame/_nav_team.html", kind, texts)


@register.simple_tag(takes_context=True)
def keys_dialog(context: dict[str, Any]) -> SafeString:
    """The keyboard shortcuts that are of use to the user."""
    request = context["request"]
    can = request.membership.can
    kind = {"can_view_sources": can(Permission.SOURCE_VIEW), "can_work": can(Permission.TICKET_CHANGE)}
    return render_cached("frame/_keys.html", kind, {"slug": request.team.slug})


@register.simple_tag(takes_context=True)
def sidebar_head(context: dict[str, Any]) -> SafeString:
    """The team's name, and the button that opens the command palette."""
    team = context["request"].team
    return render_cached(
        "frame/_sidebar_head.html", {}, {"slug": team.slug, "team": team.name, "initial": team.name[:1]}
    )


@register.simple_tag(takes_context=True)
def tab_links(context: dict[str, Any]) -> SafeString:
    """The links at the bottom of a phone's screen, except its menu."""
    nav = str(context.get("nav", ""))
    kind = {"nav": nav if nav in {"inbox", "mine"} else ""}
    return render_cached("frame/_tab_links.html", kind, {"slug": context["request"].team.slug})
