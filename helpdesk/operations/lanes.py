"""Lanes: groups of requests with their own threads, so that none can starve the others.

A room registers lanes for its addresses in its AppConfig.ready(); this room knows none of them. All other requests are
pages. A lane also sets how large a body may be and which bodies are read at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

Environ = Mapping[str, Any]


def has_cookie(environ: Environ, name: str) -> bool:
    """Whether the request has a cookie of that name."""
    cookies = environ.get("HTTP_COOKIE", "").split(";")
    return any(cookie.strip().partition("=")[0] == name for cookie in cookies)


def always(environ: Environ) -> bool:
    """Read every body."""
    return True


def plain_text(status: int, sentence: str) -> tuple[str, bytes]:
    """Content type and body of a plain-text refusal."""
    return "text/plain; charset=utf-8", f"{sentence}\n".encode()


@dataclass(frozen=True)
class Lane:
    """Requests whose path starts with one of `prefixes`."""

    name: str
    prefixes: tuple[str, ...]
    max_body: int  # bytes
    statement_limit: float = 15  # seconds that a database statement may take
    threads: int | None = None  # None: the number that the server was started with
    # Decides from the headers whether the application would read the body; if not, it gets none and answers at once.
    is_worth_reading: Callable[[Environ], bool] = always
    # A sender who gets this status may send one request at a time to that address (sender_throttle.py).
    throttled_status: int | None = None
    # Whether that limit applies to the whole lane, for lanes with many addresses.
    throttles_everywhere: bool = False
    body_time: float | None = None  # seconds in which a body must arrive; None: the gateway's default
    # Renders a refusal without the application: the body did not arrive, or too many requests are waiting.
    render: Callable[[int, str], tuple[str, bytes]] = plain_text


def may_post_to_page(environ: Environ) -> bool:
    """Whether a page would read this body: without the CSRF cookie a form is refused unread."""
    if has_cookie(environ, settings.CSRF_COOKIE_NAME):
        return True
    try:
        view = resolve(environ["PATH_INFO"].encode("latin-1").decode(errors="replace")).func
    except Resolver404:
        return False
    return getattr(view, "csrf_exempt", False)


PAGES = Lane("pages", ("",), max_body=3 * 1024 * 1024, is_worth_reading=may_post_to_page)
_lanes: list[Lane] = []


def register_lane(lane: Lane) -> None:
    """Give these addresses their own threads."""
    _lanes.append(lane)


def registered_lanes() -> list[Lane]:
    """All lanes; that of the pages comes last, because it matches everything."""
    return [*_lanes, PAGES]
