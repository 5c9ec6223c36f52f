"""OpenTelemetry traces of requests, jobs, services' batches and queries, if OTEL_EXPORTER_OTLP_ENDPOINT is set.

A span says what was done, how long it took, and the type of an error, but nothing about people: addresses are URL
patterns, queries have no values, error messages are removed. Its ID leads to our own log.

The packages are in the extra `telemetry` (pyproject.toml), and are only imported if tracing is on.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings

from helpdesk.operations.request_ids import batch_id, current_id

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from procrastinate.job_context import JobContext

logger = logging.getLogger(__name__)

PACKAGES = ["opentelemetry", "opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http"]
PACKAGES += ["opentelemetry.instrumentation.django", "opentelemetry.instrumentation.psycopg"]
REQUEST_ID = "helpdesk.request_id"
_provider: Any = None  # the tracer provider, once created


def is_installed() -> bool:
    """Whether all packages are installed."""
    try:
        return all(find_spec(name) for name in PACKAGES)
    except ModuleNotFoundError:
        return False


def start_tracing(exporter: SpanExporter | None = None) -> None:
    """Start tracing, and export to the configured endpoint or this exporter; log a warning if packages are missing."""
    global _provider
    if _provider:
        return
    if not is_installed():
        logger.warning("Nothing is traced: the packages of OpenTelemetry are not installed (docs/operations.md).")
        return
    from opentelemetry import propagate
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    from helpdesk.operations.span_cleaning import CleaningExporter, NoPropagation, our_resource

    provider = TracerProvider(resource=our_resource())
    if exporter is None:
        provider.add_span_processor(BatchSpanProcessor(CleaningExporter(_otlp_exporter())))
    else:
        provider.add_span_processor(SimpleSpanProcessor(CleaningExporter(exporter)))
    if not settings.BEHIND_PROXY:  # outsiders must not choose trace IDs, or which traces are kept
        propagate.set_global_textmap(NoPropagation([]))
    # It reads the request's host, so it must come after the middleware that answers requests for any host.
    position = settings.MIDDLEWARE.index("webhooks.middleware.any_host_middleware") + 1
    DjangoInstrumentor().instrument(tracer_provider=provider, response_hook=_note_request, middleware_position=position)
    PsycopgInstrumentor().instrument(tracer_provider=provider)
    _provider = provider


def _otlp_exporter() -> SpanExporter:
    """Over HTTP; the standard OTEL_EXPORTER_OTLP_… variables apply."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter(endpoint=f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/traces")


def _note_request(span: Any, request: Any, response: Any) -> None:
    span.set_attribute(REQUEST_ID, current_id())


async def job_span_middleware(call_next: Callable[[], Awaitable[Any]], context: JobContext, worker: Any) -> Any:
    """A span for each job, named after its task, without its arguments."""
    if not _provider:
        return await call_next()
    from opentelemetry.trace import SpanKind

    attributes = {"messaging.destination.name": context.job.queue, REQUEST_ID: current_id()}
    tracer = _provider.get_tracer(__name__)
    with tracer.start_as_current_span(context.job.task_name, kind=SpanKind.CONSUMER, attributes=attributes):
        return await call_next()


@contextmanager
def batch_span(service: str, count: int) -> Iterator[None]:
    """A span and an ID for one batch of a service's work on `count` items.

    Only created once there is work: services poll all day, mostly in vain.
    """
    with batch_id():
        if not _provider:
            yield
            return
        from opentelemetry.trace import SpanKind

        attributes = {"messaging.batch.message_count": count, REQUEST_ID: current_id()}
        tracer = _provider.get_tracer(__name__)
        with tracer.start_as_current_span(service, kind=SpanKind.CONSUMER, attributes=attributes):
            yield
