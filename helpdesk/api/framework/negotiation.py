"""Content negotiation: the API responds with JSON to clients that accept JSON or problem details."""

from __future__ import annotations

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from helpdesk.api.framework.problems import CONTENT_TYPE


class ContentNegotiation(DefaultContentNegotiation):
    """Treats clients that only accept problem details as accepting JSON, too.

    Generated clients send the media types of an operation's responses. If success has no body, such as for a DELETE,
    only problem details are left.
    """

    def get_accept_list(self, request: Request) -> list[str]:
        """The media types in the header; an empty header means any."""
        named: list[str] = super().get_accept_list(request)
        return [_plain(media_type) for media_type in named if media_type.strip()] or ["*/*"]


def _plain(media_type: str) -> str:
    name, separator, parameters = media_type.partition(";")
    return f"application/json{separator}{parameters}" if name.strip().lower() == CONTENT_TYPE else media_type
