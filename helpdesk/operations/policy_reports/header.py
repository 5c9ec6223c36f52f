"""Tells browsers where to send reports."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PATH = "/policy-reports/"
GROUP = "policy"
# Firefox and Safari use the first, Chromium the second, which names the group in the other header.
DIRECTIVES = {"report-uri": [PATH], "report-to": [GROUP]}
POLICY = "Content-Security-Policy"
ENDPOINTS = "Reporting-Endpoints"


def reporting_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the header with the report's address to each response whose policy refers to it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if f"report-to {GROUP}" in response.get(POLICY, ""):
            response.headers[ENDPOINTS] = f'{GROUP}="{PATH}"'
        return response

    return middleware
