"""How long a server asks us to wait, in its response to our request."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils.http import parse_http_date_safe

ASKING = {429, 503}
LONGEST = timedelta(days=1)


def retry_after(status: int | None, header: str) -> timedelta:
    """The Retry-After of a 429 or 503, in seconds or as an HTTP date; at most a day, and zero if it makes no sense."""
    text = header.strip()
    if status not in ASKING or not text:
        return timedelta(0)
    if text.isascii() and text.isdecimal():
        seconds = int(text[:9])
    else:
        seconds = (parse_http_date_safe(text) or 0) - int(time.time())
    return min(timedelta(seconds=max(seconds, 0)), LONGEST)


def retry_after_of(error: BaseException) -> timedelta:
    """The `retry_after` of the response that an exception holds, as those of e-mail providers do; zero without one."""
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", {})
    return retry_after(getattr(response, "status_code", None), headers.get("Retry-After", ""))
