"""Removes personal data from spans before they are exported. Only tracing.py imports this, if the packages are
installed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.context import Context, get_current
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, SpanKind, Status

from helpdesk.operations.tracing import REQUEST_ID

KEPT = frozenset({
    "http.method", "http.request.method", "http.route", "http.status_code", "http.response.status_code",
    "db.system", "db.system.name", "error.type", "messaging.destination.name",
    "messaging.batch.message_count", REQUEST_ID,
})  # fmt: skip
QUERIES = ("db.statement", "db.query.text")
LONGEST_QUERY = 2_000  # characters
COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)
TEXT = re.compile(r"'(?:[^']|'')*'")
NUMBER = re.compile(r"(?<![\w$\"])\d+(?:\.\d+)?")
UNREADABLE = re.compile(r"\\|\$\w*\$|'")  # other ways to write a string, and an unterminated one
VERB = re.compile(r"[A-Za-z]{2,20}")


def our_resource() -> Resource:
    """The resource of all spans: from OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES, else named after the product."""
    said = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    return Resource.create({} if said else {SERVICE_NAME: "helpdesk"})


class NoPropagation(CompositePropagator):  # type: ignore[misc] # the package has to be there for no linter
    """Neither sends trace IDs to others nor trusts those that arrive."""

    def extract(self, carrier: Any, context: Context | None = None, getter: Any = None) -> Context:
        """The current context; the library's own version returns none, which breaks its callers."""
        return context or get_current()


class CleaningExporter(SpanExporter):  # type: ignore[misc] # likewise
    """Exports cleaned spans. Queries outside of a request or job are left out, because workers poll all day."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send the spans, cleaned."""
        cleaned = [_cleaned(span) for span in spans if span.parent or span.kind != SpanKind.CLIENT]
        return self._exporter.export(cleaned) if cleaned else SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Stop exporting."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send pending spans now."""
        return bool(self._exporter.force_flush(timeout_millis))


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    said: Mapping[str, Any] = span.attributes or {}
    kept = {name: value for name, value in said.items() if name in KEPT}
    for name in QUERIES:
        if query := said.get(name):
            kept[name] = without_values(str(query))
    return ReadableSpan(
        name=_name(span, kept),
        context=_bare(span.context),
        parent=_bare(span.parent),
        resource=span.resource,
        attributes=kept,
        kind=span.kind,
        status=Status(span.status.status_code),  # without its description, which quotes the error
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _name(span: ReadableSpan, kept: Mapping[str, Any]) -> str:
    if span.kind == SpanKind.SERVER:
        method = kept.get("http.request.method") or kept.get("http.method") or ""
        return f"{method} {kept.get('http.route', '')}".strip()
    if span.kind == SpanKind.CLIENT:
        return span.name.upper() if VERB.fullmatch(span.name) else "QUERY"
    return str(span.name)


def _bare(context: SpanContext | None) -> SpanContext | None:
    """The context without the trace state that a caller may have sent."""
    return context and SpanContext(context.trace_id, context.span_id, context.is_remote, context.trace_flags)


def without_values(query: str) -> str:
    """The query with ? for each string and number; empty if they cannot be recognized reliably."""
    query = NUMBER.sub("?", TEXT.sub("?", COMMENT.sub("", query)))
    return "" if UNREADABLE.search(query) else " ".join(query.split())[:LONGEST_QUERY]
