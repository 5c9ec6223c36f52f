"""What templates say of conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.conversations.attachments import is_shown
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.page import when
from helpdesk.tickets.models import Topic
from helpdesk.ui.templatetags.ui import icon

register = template.Library()

TOPIC_ICONS = {
    Topic.VIDEO: "play",
    Topic.DOWNLOAD: "download",
    Topic.CONTENT: "question",
    Topic.ACCESS: "key",
    Topic.PAYMENT: "card",
    Topic.OTHER: "chat",
}


@register.simple_tag
def topic_icon(topic: str) -> SafeString:
    """The icon that goes with this topic; nothing where there is none."""
    return icon(TOPIC_ICONS[Topic(topic)]) if topic in Topic.values else SafeString("")


@register.filter
def initial(name: Any) -> str:
    """The first letter, for a sign."""
    return str(name)[:1].upper()


@register.filter
def day_and_time(moment: datetime) -> SafeString:
    """“today, 18:20”, in the team's zone."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), when(moment))


@register.filter
def is_picture(attachment: Attachment) -> bool:
    """Whether it is shown, not only offered."""
    return is_shown(attachment)
