"""Character sets that a request names: what cannot be read as text is refused, and never fails further in."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_header_parameters

View = TypeVar("View", bound=Callable[..., Any])
READABLE = {"utf-8", "ascii", "iso8859-1", "cp1252"}  # as Python names them
UNREADABLE = "helpdesk.unreadable_charset"  # among a request's variables, of which those of a sender begin with HTTP_


def takes_bytes(view: View) -> View:
    """A view that reads no text out of a request, so that it does not matter which character set that names."""
    view.takes_bytes = True  # type: ignore[attr-defined]
    return view


def is_readable(charset: str) -> bool:
    """Whether a body in this character set is read; Python has codecs that are none, as `hex`."""
    try:
        return codecs.lookup(charset).name in READABLE
    except (LookupError, ValueError):
        return False


class CharsetMiddleware:
    """Answer 400 to what names another character set than it could be in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the view is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Raise BadRequest before anything reads the parameters or the form."""
        if getattr(view, "takes_bytes", False):
            return
        charset = request.META.get(UNREADABLE) or (request.content_params or {}).get("charset", "")
        if charset and not is_readable(charset):
            raise BadRequest(f"The character set {charset[:40]!a} is not read.")


def hide_unreadable_charset(environ: dict[str, Any]) -> dict[str, Any]:
    """The request's variables, so that Django can make a request of them, on which it fails before any code of ours."""
    content_type = environ.get("CONTENT_TYPE", "")
    try:
        kind, parameters = parse_header_parameters(content_type)
        charset = parameters.get("charset", "")
    except (LookupError, ValueError):
        kind, charset = "application/octet-stream", content_type
    if not charset or is_readable(charset):
        return environ
    return environ | {"CONTENT_TYPE": kind, UNREADABLE: charset}
