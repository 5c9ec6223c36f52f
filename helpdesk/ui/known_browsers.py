"""Remembers who was last logged in with a browser, so that a form sent after the session ended can be kept for them."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.ui.whole_numbers import whole_number

COOKIE = "__Host-known" if settings.IS_HTTPS else "known"
KNOWN_FOR = 2 * settings.SESSION_COOKIE_AGE  # seconds; a session expires by itself this long after the last page


def known_browser_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Set a signed cookie that says only who is logged in."""

    def marked(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES or request.session.modified
        if has_session and request.user.is_authenticated and known_person(request) != request.user.pk:
            response.set_signed_cookie(
                COOKIE, str(request.user.pk), max_age=KNOWN_FOR, httponly=True, samesite="Lax", secure=settings.IS_HTTPS
            )
        return response

    return marked


def known_person(request: HttpRequest) -> int | None:
    """The primary key of the person who was last logged in with this browser; None if nobody was recently."""
    return whole_number(request.get_signed_cookie(COOKIE, default="", max_age=KNOWN_FOR) or "")
