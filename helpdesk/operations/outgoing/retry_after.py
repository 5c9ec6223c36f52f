"""For how long somebody asks to be left alone, in the answer to a request of ours."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils.http import parse_http_date_safe

ASKING = {429, 503}
LONGEST = timedelta(days=1)


def retry_after(status: int | None, header: str) -> timedelta:
    """What a 429 or 503 asks for, in seconds or as an HTTP date; at most a day, and nothing where it makes no sense."""
    text = header.strip()
    if status not in ASKING or not text:
        return timedelta(0)
    if text.isascii() and text.isdecimal():
        seconds = int(text[:9])
    else:
        seconds = (parse_http_date_safe(text) or 0) - int(time.time())
    return min(timedelta(seconds=max(seconds, 0)), LONGEST)


def retry_after_of(error: BaseException) -> timedelta:
    """The same, where it was raised as an error with the answer in it, as e-mail providers' are."""
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", {})
    return retry_after(getattr(response, "status_code", None), headers.get("Retry-After", ""))
