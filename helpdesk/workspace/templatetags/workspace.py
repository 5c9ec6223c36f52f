"""The form of every change of a ticket."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse

from helpdesk.conversations.models import Dispatch
from helpdesk.tickets.models import Message, Tag, Ticket

register = template.Library()


@register.simple_block_tag(takes_context=True)
def change_form(context: dict[str, Any], content: str, of: Ticket | None = None, css: str = "", label: str = "") -> str:
    """A form for changes of this ticket, or `of` another, whose buttons are called `change`; see BulkForm.

    It says which version the person has seen, and works with and without JavaScript.
    """
    changed = of or context["ticket"]
    return render_to_string(
        "workspace/_change_form.html",
        {
            "content": content,
            "address": reverse("create_bulk_change", args=[context["request"].team.slug]),
            "choice": f"{changed.number}-{changed.version}",
            "shown_number": context["ticket"].number,
            "list_query": context["list_query"],
            "css": css,
            "label": label,
            "csrf_token": context["csrf_token"],
        },
    )


@register.simple_tag(takes_context=True)
def sent_reply(context: dict[str, Any]) -> Message | None:
    """The person's own reply or note that was just sent, or that the address names, as long as it can be undone."""
    request = context["request"]
    message, pk = context.get("sent"), request.GET.get("sent", "")
    if isinstance(message, Message):
        return message
    if not pk.isdecimal() or len(pk) > 17:
        return None
    own = Message.objects.for_team(request.team).filter(author=request.user, pk=pk).select_related("ticket__learner")
    found = own.first()
    is_held = found and (found.is_held_note or found.dispatches.filter(state=Dispatch.State.HELD).exists())
    return found if is_held else None


@register.inclusion_tag("workspace/_tag_option.html", takes_context=True)
def tag_option(context: dict[str, Any], tag: Tag) -> dict[str, Any]:
    """A button that puts this tag on the ticket, or takes it off where the ticket has it."""
    return {"tag": tag, "is_on": tag in context["ticket"].tags.all()}
