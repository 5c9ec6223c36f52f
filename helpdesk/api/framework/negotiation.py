"""Which media type a response has: JSON, for whoever accepts it or problem details."""

from __future__ import annotations

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from helpdesk.api.framework.problems import CONTENT_TYPE


class ContentNegotiation(DefaultContentNegotiation):
    """Whoever accepts problem details alone is taken to accept JSON too.

    A client made from the schema names the types of an operation's answers; where success has no body, as that of a
    DELETE, problems are the only ones.
    """

    def get_accept_list(self, request: Request) -> list[str]:
        """The types that the request names; an empty header names none, and so takes any."""
        named: list[str] = super().get_accept_list(request)
        return [_plain(media_type) for media_type in named if media_type.strip()] or ["*/*"]


def _plain(media_type: str) -> str:
    name, separator, parameters = media_type.partition(";")
    return f"application/json{separator}{parameters}" if name.strip().lower() == CONTENT_TYPE else media_type
