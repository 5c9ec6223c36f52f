"""/metrics, for Prometheus: counters of this server's processes, and readings from the database.

Closed unless METRICS_TOKEN is set, which must be sent as a bearer token. Nothing about a team or a person is exposed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from helpdesk.operations.instruments import PREFIX, collected_registry
from helpdesk.operations.readings import read_all

if TYPE_CHECKING:
    from prometheus_client import Metric


def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics in Prometheus's text format; 404 if METRICS_TOKEN is not set, 401 for a wrong token."""
    if not settings.METRICS_TOKEN:
        return HttpResponse("Set METRICS_TOKEN to open this.\n", status=404, content_type="text/plain")
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secrets.compare_digest(token.encode(), settings.METRICS_TOKEN.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    body = generate_latest(collected_registry()) + generate_latest(_DatabaseRegistry())
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


class _DatabaseRegistry:
    """The readings, in the form that the library expects."""

    def collect(self) -> Iterator[Metric]:
        """Every reading, as a gauge."""
        from prometheus_client.core import GaugeMetricFamily

        for reading in read_all():
            gauge = GaugeMetricFamily(PREFIX + reading.name, reading.description, labels=reading.labels)
            for labels, value in reading.values.items():
                gauge.add_metric(labels, value)
            yield gauge
