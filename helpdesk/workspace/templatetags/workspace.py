"""Template tags for the form that changes a ticket, and for the toast after sending."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import mark_safe

from helpdesk.conversations.models import Dispatch
from helpdesk.inbox.seen_versions import number_with_version
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.rendering import render_cached
from helpdesk.ui.whole_numbers import whole_number

register = template.Library()


@register.simple_block_tag(takes_context=True)
def change_form(context: dict[str, Any], content: str, of: Ticket | None = None, css: str = "", label: str = "") -> str:
    """A form for changes to the page's ticket, or to `of`, whose buttons are named `change`; see BulkForm.

    It sends the version that the person has seen, and works with and without JavaScript.
    """
    return render_cached(
        "workspace/_change_form.html",
        {"has_css": bool(css), "has_label": bool(label)},
        {
            "content": mark_safe(content),  # noqa: S308 - what the template within has rendered
            "slug": context["slug"],
            "number_with_version": number_with_version(of) if of else context["number_with_version"],
            "number": context["number"],
            "list_query": context["list_query"],
            "above": context.get("above", ""),
            "css": css,
            "label": label,
            "csrf_token": str(context["csrf_token"]),
        },
    )


@register.simple_tag(takes_context=True)
def sent_reply(context: dict[str, Any]) -> Message | None:
    """The user's own reply or note that was just sent or is named in the address, while it can still be undone."""
    request = context["request"]
    message, pk = context.get("sent"), whole_number(request.GET.get("sent", ""))
    if isinstance(message, Message):
        return message
    if pk is None:
        return None
    own = Message.objects.for_team(request.team).filter(author=request.user, pk=pk).select_related("ticket__learner")
    found = own.first()
    is_held = found and (found.is_held_note or found.dispatches.filter(state=Dispatch.State.HELD).exists())
    return found if is_held else None
