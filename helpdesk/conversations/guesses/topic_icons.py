"""Icons of topics."""

from __future__ import annotations

from django.utils.safestring import SafeString

from helpdesk.tickets.models import Topic
from helpdesk.ui.icons import icon

NAMES = {
    Topic.VIDEO: "play",
    Topic.DOWNLOAD: "download",
    Topic.CONTENT: "question",
    Topic.ACCESS: "key",
    Topic.PAYMENT: "card",
    Topic.OTHER: "chat",
}


def topic_icon(topic: str) -> SafeString:
    """The topic's icon; without a topic, that of “something else”."""
    return icon(NAMES[Topic(topic or Topic.OTHER)])
