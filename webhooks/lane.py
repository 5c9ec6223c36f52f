"""The lane of the intake: threads that nothing but events can hold."""

from __future__ import annotations

import json

from helpdesk.operations.lanes import Environ, Lane
from webhooks.events import MAX_BODY
from webhooks.signature import is_well_formed

STATEMENT_LIMIT = 3  # seconds; Eduzz is better told soon to send again
STATUSES = {400: "incomplete", 408: "too_slow", 503: "unavailable"}


def is_perhaps_signed(environ: Environ) -> bool:
    """Whether there is anything that could be a signature."""
    return is_well_formed(environ.get("HTTP_X_SIGNATURE", "").strip())


def render(status: int, sentence: str) -> tuple[str, bytes]:
    """The shape of the intake's own answers."""
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
