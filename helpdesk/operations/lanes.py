"""Lanes: requests that have threads of their own, so that no kind of request can starve another.

A room registers the lane of its addresses in its AppConfig.ready(); this room knows none of them. Whatever no lane
claims is a page. A lane also says how large a body may be, and whose is worth reading at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve

Environ = Mapping[str, Any]


def has_cookie(environ: Environ, name: str) -> bool:
    """Whether the request bears a cookie of that name."""
    cookies = environ.get("HTTP_COOKIE", "").split(";")
    return any(cookie.strip().partition("=")[0] == name for cookie in cookies)


def always(environ: Environ) -> bool:
    """Every body is worth reading."""
    return True


def plain_text(status: int, sentence: str) -> tuple[str, bytes]:
    """Content type and body of an answer that the application has no part in."""
    return "text/plain; charset=utf-8", f"{sentence}\n".encode()


@dataclass(frozen=True)
class Lane:
    """Requests whose path starts with one of `prefixes`."""

    name: str
    prefixes: tuple[str, ...]
    max_body: int  # bytes
    statement_limit: float = 15  # seconds that the database may take for one statement
    threads: int | None = None  # None: as many as the server is started with
    # By the headers alone, whether the application would look at the body; if not, it gets none and answers at once.
    is_worth_reading: Callable[[Environ], bool] = always
    # The answer after which its sender has one place at a time at that address (sender_throttle.py).
    throttled_status: int | None = None
    # Whether it then has one place in all of the lane: where each thing has an address of its own.
    throttles_everywhere: bool = False
    body_time: float | None = None  # seconds in which a body must have come; None: as the gateway has it
    # What is said where the application cannot be asked: the body did not come, or too many wait.
    render: Callable[[int, str], tuple[str, bytes]] = plain_text


def may_post_to_page(environ: Environ) -> bool:
    """Whether a page would look at this body: without the cookie that a form goes with, it is refused unread."""
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
    """Give these addresses threads of their own."""
    _lanes.append(lane)


def registered_lanes() -> list[Lane]:
    """All lanes; the one of the pages, which takes whatever is left, comes last."""
    return [*_lanes, PAGES]
