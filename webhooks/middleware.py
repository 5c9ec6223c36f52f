"""What holds for requests of Eduzz before any view is chosen."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def any_host_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Take events under whatever name of this server they are sent to, such as its former one: they are signed."""
    host = urlsplit(settings.BASE_URL).netloc

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/webhooks/"):
            request.get_host = lambda: host  # type: ignore[method-assign]
        return get_response(request)

    return middleware
