"""Pages and files for whoever has their URL: answered without cookies, never cached, without scripts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from helpdesk.conversations.languages import asked_language
from helpdesk.operations.policy_reports.header import DIRECTIVES as REPORTING
from helpdesk.operations.policy_reports.header import PATH as REPORTS

PageView = Callable[..., HttpResponseBase]
# No scripts at all, and nothing from other hosts.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        *(f"{name} {' '.join(values)}" for name, values in REPORTING.items()),
    ]
)
PREFIXES = ("/ajuda/", "/files/", REPORTS)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",  # the URL is the secret
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store, private",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def public_page(view: PageView) -> PageView:
    """Decorate a view for whoever has its URL; learner_page/learner_links.py explains why it needs no CSRF token."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with translation.override(asked_language(request) or settings.LANGUAGE_CODE):
            response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return csrf_exempt(answered)


def cookieless_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Ignore cookies on learners' pages, files and the endpoint for browsers' reports, so that none are set either."""

    def forget_cookies(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(PREFIXES):
            request.COOKIES = {}
        return get_response(request)

    return forget_cookies


def show(template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the page without the request, so that nothing on it can read or start a session."""
    return HttpResponse(render_to_string(template, context), status=status)
