"""Template tags for notifications in browsers."""

from __future__ import annotations

from typing import Any

from django import template

from helpdesk.notifications.push.subscriptions import this_browsers

register = template.Library()


@register.inclusion_tag("notifications/_push.html", takes_context=True)
def push_panel(context: dict[str, Any]) -> dict[str, Any]:
    """The panel on the account's page: on or off in this browser, and the user's other browsers."""
    request = context["request"]
    here = this_browsers(request)
    return {
        "request": request,
        "csrf_token": context["csrf_token"],
        "here": here,
        "others": request.user.push_subscriptions.exclude(pk=here and here.pk),
    }
