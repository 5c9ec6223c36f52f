"""The intake's lane: threads reserved for events, so that other requests cannot delay them."""

from __future__ import annotations

import json

from helpdesk.operations.lanes import Environ, Lane
from webhooks.events import MAX_BODY
from webhooks.signature import is_well_formed

STATEMENT_LIMIT = 3  # seconds; it is better for Eduzz to send again soon
STATUSES = {400: "incomplete", 408: "too_slow", 503: "unavailable"}


def is_perhaps_signed(environ: Environ) -> bool:
    """Whether the request has a signature in the right format."""
    return is_well_formed(environ.get("HTTP_X_SIGNATURE", "").strip())


def render(status: int, sentence: str) -> tuple[str, bytes]:
    """An error response in the intake's format."""
    body = {"status": STATUSES.get(status, "error"), "message": sentence}
    return "application/json", json.dumps(body, ensure_ascii=False).encode()


LANE = Lane(
    "intake",
    ("/webhooks/",),
    MAX_BODY,
    STATEMENT_LIMIT,
    is_worth_reading=is_perhaps_signed,
    throttled_status=401,
    render=render,
)
