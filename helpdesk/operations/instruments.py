"""Counters and histograms of a process for /metrics; all processes of one server are added up.

Nothing is counted unless METRICS_TOKEN is set. An error while counting is logged once and never affects a response.
Instruments are created at first use, or when a server process starts: prometheus_client decides at import whether to
add up several processes, and only those processes know where their shared files are (shared_files.py).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.operations.shared_files import SHARED_DIRECTORY, locked, merge_ended, reserve

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Metric
    from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

PREFIX = "helpdesk_"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  # seconds

_instruments: list[_Instrument] = []
_making = threading.Lock()
_registry: CollectorRegistry | None = None
_has_failed = False


class _Instrument:
    """An instrument of prometheus_client, created on demand."""

    def __init__(self, name: str, description: str, labels: tuple[str, ...]) -> None:
        self._name, self._description, self._labels = PREFIX + name, description, labels
        self._made: Any = None
        _instruments.append(self)

    def make(self) -> None:
        """Create it, unless it exists."""
        with _making:
            if self._made is None:
                reserve()
                self._made = self._make(_own_registry())

    def _make(self, registry: CollectorRegistry) -> Any:
        raise NotImplementedError

    def _record(self, values: tuple[str, ...], act: Callable[[Any], object]) -> None:
        """Apply `act` to the child with these labels; never raises."""
        if not settings.METRICS_TOKEN:
            return
        try:
            if self._made is None:
                self.make()
            act(self._made.labels(*values))
        except Exception:
            _tell_failure(self._name)


class Counter(_Instrument):
    """Counts something, by labels."""

    def _make(self, registry: CollectorRegistry) -> Any:
        from prometheus_client import Counter as LibraryCounter

        return LibraryCounter(self._name, self._description, self._labels, registry=registry)

    def inc(self, *values: str) -> None:
        """Count one more with these labels."""
        self._record(values, lambda counter: counter.inc())


class Histogram(_Instrument):
    """Measures how long something takes, by labels."""

    def _make(self, registry: CollectorRegistry) -> Any:
        from prometheus_client import Histogram as LibraryHistogram

        return LibraryHistogram(self._name, self._description, self._labels, registry=registry, buckets=BUCKETS)

    def observe(self, seconds: float, *values: str) -> None:
        """Record a duration with these labels."""
        self._record(values, lambda histogram: histogram.observe(seconds))


def _tell_failure(name: str) -> None:
    """Log a failure, but only the first one: every request may fail."""
    global _has_failed
    if not _has_failed:
        _has_failed = True
        logger.exception("%s cannot be counted; /metrics tells too little from now on", name)


def _own_registry() -> CollectorRegistry:
    global _registry
    from prometheus_client import CollectorRegistry

    if _registry is None:
        _registry = CollectorRegistry()
    return _registry


def make_all() -> None:
    """Create every instrument, so that no request has to wait for that; never raises."""
    if not settings.METRICS_TOKEN:
        return
    try:
        merge_ended()
        for instrument in _instruments:
            instrument.make()
    except Exception:
        _tell_failure("What is served")


def collected_registry() -> Collector:
    """Everything counted so far, by all processes that share their files."""
    directory = os.environ.get(SHARED_DIRECTORY)
    if not directory:
        with _making:
            return _own_registry()
    from prometheus_client.multiprocess import MultiProcessCollector

    with locked(directory):
        return _Collected(list(MultiProcessCollector(None, directory).collect()))  # type: ignore[no-untyped-call]


class _Collected:
    """Metrics that were read already, in the form that the library expects."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        """The values of all processes."""
        return self._families


REQUESTS = Counter("requests", "Requests that were answered, by view and status class.", ("view", "status"))
REQUEST_SECONDS = Histogram("request_seconds", "How long the answer to a request took to make.", ("view",))
REFUSED = Counter("requests_refused", "Requests that the gateway refused unasked.", ("lane", "status"))


def request_middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Count requests by the view that answered them, never by their address, which may identify a person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = get_response(request)
        view = _view_of(request)
        REQUEST_SECONDS.observe(time.perf_counter() - started, view)
        REQUESTS.inc(view, f"{response.status_code // 100}xx")
        return response

    return middleware


def _view_of(request: HttpRequest) -> str:
    if match := request.resolver_match:
        return match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"
