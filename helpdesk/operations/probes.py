"""Endpoints for monitoring: liveness, readiness, health, and metrics."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from helpdesk.operations.health import healthz, livez, readyz
from helpdesk.operations.metrics import metrics

VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "livez": livez,
    "readyz": readyz,
    "healthz": healthz,
    "metrics": metrics,
}


def probe_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer probes before all other middleware, for any host name, without a session, which may be unavailable."""

    def middleware(request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path.removeprefix("/"))
        return view(request) if view else get_response(request)

    return middleware
