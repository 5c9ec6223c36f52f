"""The form of every change of a ticket."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse

register = template.Library()


@register.simple_block_tag(takes_context=True)
def change_form(
    context: dict[str, Any], content: str, view: str, number: int | None = None, css: str = "", on_change: bool = False
) -> str:
    """A form that posts to a view of this ticket, or of another of this number; `on_change`: when a field changes.

    It says which version the person has seen, and works with and without JavaScript.
    """
    ticket = context["ticket"]
    address = reverse(view, args=[context["request"].team.slug, number or ticket.number]) + context["in_query"]
    return render_to_string(
        "workspace/_change_form.html",
        {
            "content": content,
            "address": address,
            "version": ticket.version,
            "css": css,
            "on_change": on_change,
            "csrf_token": context["csrf_token"],
        },
    )
