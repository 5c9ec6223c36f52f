"""Refuses requests in a character set that cannot be read, before they can fail deeper in the code."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

View = TypeVar("View", bound=Callable[..., Any])
READABLE = {"utf-8", "ascii", "iso8859-1", "cp1252"}  # as Python names them
UNREADABLE = "helpdesk.unreadable_charset"  # in the environ, where senders only set HTTP_…


def takes_bytes(view: View) -> View:
    """Mark a view that reads no text from the request, so its declared character set does not matter."""
    view.takes_bytes = True  # type: ignore[attr-defined]
    return view


def is_readable(charset: str) -> bool:
    """Whether a body in this character set can be read; some of Python's codecs, such as `hex`, are none."""
    try:
        return codecs.lookup(charset).name in READABLE
    except (LookupError, ValueError):
        return False


class CharsetMiddleware:
    """Answer 400 if the request declares a character set that cannot be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The check is in `process_view`, once the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raise BadRequest before anything reads the query string or the form."""
        if getattr(view, "takes_bytes", False):
            return
        charset = request.META.get(UNREADABLE) or (request.content_params or {}).get("charset", "")
        if charset and not is_readable(charset):
            raise BadRequest(f"The character set {charset[:40]!a} is not read.")


def hide_unreadable_charset(environ: dict[str, Any]) -> dict[str, Any]:
    """The environ without an unreadable character set: Django fails on it while creating the request, before our code
    runs.
    """
    content_type = environ.get("CONTENT_TYPE", "")
    try:
        kind, parameters = parse_header_parameters(content_type)
        charset = parameters.get("charset", "")
    except (LookupError, ValueError):
        kind, charset = "application/octet-stream", content_type
    if not charset or is_readable(charset):
        return environ
    return environ | {"CONTENT_TYPE": kind, UNREADABLE: charset}
