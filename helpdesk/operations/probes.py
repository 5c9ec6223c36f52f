"""What programs ask that watch this installation: whether it lives, is ready, is well; and its metrics."""

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
    """Answer before all else, by whatever name the machine is called: no session is read, which may be away."""

    def middleware(request: HttpRequest) -> HttpResponse:
        view = VIEWS.get(request.path.removeprefix("/"))
        return view(request) if view else get_response(request)

    return middleware
