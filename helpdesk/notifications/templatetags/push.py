"""Template tags for notifications in browsers."""

from __future__ import annotations

from typing import Any

from django import template

from helpdesk.notifications.push.subscriptions import this_browsers

register = template.Library()


@register.simple_tag(takes_context=True)
def push_subscriptions(context: dict[str, Any]) -> dict[str, Any]:
    """The user's subscription in this browser, if there is one, and those in other browsers."""
    request = context["request"]
    here = this_browsers(request)
    return {"here": here, "others": request.user.push_subscriptions.exclude(pk=here and here.pk)}
