"""What templates say of conversations."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.conversations.attachments import is_shown
from helpdesk.conversations.mail.quotation import Part, split_text
from helpdesk.conversations.markdown import render_markdown
from helpdesk.conversations.page import when
from helpdesk.conversations.topic_icons import topic_icon

register = template.Library()
register.simple_tag(topic_icon)
register.filter("markdown", render_markdown, is_safe=True)
register.filter("is_picture", is_shown)


@register.filter
def day_and_time(moment: datetime) -> SafeString:
    """“today, 18:20”, in the team's zone."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), when(moment))


@register.filter
def quotation(text: str) -> tuple[Part, ...]:
    """What was written, and what was quoted with it, in their order; without parts of which nothing shows."""
    return tuple(part for part in split_text(text) if part.text.strip())
