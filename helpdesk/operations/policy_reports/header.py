"""How browsers are told where to send reports."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

PATH = "/policy-reports/"
GROUP = "policy"
# Firefox and Safari go by the first, Chromium by the second, which names the group of the other header.
DIRECTIVES = {"report-uri": [PATH], "report-to": [GROUP]}
POLICY = "Content-Security-Policy"
ENDPOINTS = "Reporting-Endpoints"


def reporting_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Say where the group is, with each policy that names it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if f"report-to {GROUP}" in response.get(POLICY, ""):
            response.headers[ENDPOINTS] = f'{GROUP}="{PATH}"'
        return response

    return middleware
