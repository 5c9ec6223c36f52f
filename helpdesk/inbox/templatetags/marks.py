"""What a search found, in the rows that it shows."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from helpdesk.inbox.marking import marked

register = template.Library()


@register.simple_tag(takes_context=True)
def mark(context: dict[str, Any], shown: Any) -> SafeString:
    """The text with what is searched for marked in it; as it is on pages without a search."""
    question = context.get("filter")
    return marked(conditional_escape(shown), question.words_to_mark if question else ())
