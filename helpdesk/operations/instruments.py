"""What a process counts while it serves, for /metrics; all processes of one server count together.

An instrument is made at its first use, or by a server's process when it starts: prometheus_client decides when it is
imported whether the numbers of several processes are added up, and only these processes know where
(`counting_together`).
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client import Counter as LibraryCounter
    from prometheus_client import Histogram as LibraryHistogram

PREFIX = "helpdesk_"
SHARED_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # as the library calls it
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds

_INSTRUMENTS: list[Counter | Durations] = []
_making = threading.Lock()
_registry: CollectorRegistry | None = None


class Counter:
    """Counts something, by labels."""

    def __init__(self, name: str, description: str, labels: tuple[str, ...]) -> None:
        self._name, self._description, self._labels = PREFIX + name, description, labels
        self._made: LibraryCounter | None = None
        _INSTRUMENTS.append(self)

    def count(self, *values: str) -> None:
        """One more, of these labels."""
        if self._made is None:
            self.make()
        assert self._made  # noqa: S101
        self._made.labels(*values).inc()

    def make(self) -> None:
        """Make it, where it is not made yet."""
        from prometheus_client import Counter as LibraryCounter

        with _making:
            if self._made is None:
                self._made = LibraryCounter(self._name, self._description, self._labels, registry=_own_registry())


class Durations:
    """How long something takes, by labels."""

    def __init__(self, name: str, description: str, labels: tuple[str, ...]) -> None:
        self._name, self._description, self._labels = PREFIX + name, description, labels
        self._made: LibraryHistogram | None = None
        _INSTRUMENTS.append(self)

    def note(self, seconds: float, *values: str) -> None:
        """Something of these labels took so long."""
        if self._made is None:
            self.make()
        assert self._made  # noqa: S101
        self._made.labels(*values).observe(seconds)

    def make(self) -> None:
        """Make it, where it is not made yet."""
        from prometheus_client import Histogram as LibraryHistogram

        with _making:
            if self._made is None:
                self._made = LibraryHistogram(
                    self._name, self._description, self._labels, registry=_own_registry(), buckets=BUCKETS
                )


def _own_registry() -> CollectorRegistry:
    global _registry
    from prometheus_client import CollectorRegistry

    if _registry is None:
        _registry = CollectorRegistry()
    return _registry


def make_all() -> None:
    """Make every instrument that is known, so that no request has to wait for it."""
    for instrument in _INSTRUMENTS:
        instrument.make()


def counted() -> CollectorRegistry:
    """What was counted so far, by all processes that count together."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    if SHARED_DIRECTORY not in os.environ:
        with _making:
            return _own_registry()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


@contextmanager
def counting_together() -> Iterator[None]:
    """The processes that are started within count together, those too that take the place of others."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-metrics-") as directory:
        os.environ[SHARED_DIRECTORY] = directory
        try:
            yield
        finally:
            del os.environ[SHARED_DIRECTORY]


REQUESTS = Counter("requests", "Requests that were answered, by view and status class.", ("view", "status"))
REQUEST_SECONDS = Durations("request_seconds", "How long the answer to a request took to make.", ("view",))
REFUSED = Counter("requests_refused", "Requests that the gateway refused unasked.", ("lane", "status"))


def request_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count requests by the view that answered them: never by their address, which may name a person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        view = _view_of(request)
        REQUEST_SECONDS.note(time.perf_counter() - started, view)
        REQUESTS.count(view, f"{response.status_code // 100}xx")
        return response

    return middleware


def _view_of(request: HttpRequest) -> str:
    if match := request.resolver_match:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
