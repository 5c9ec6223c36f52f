"""Errors as reports to Sentry, or what speaks its language, where SENTRY_DSN is set: without what tells of anybody."""

from __future__ import annotations

from typing import Any

from helpdesk.operations.log_redaction import redact
from helpdesk.operations.request_ids import current_id

# What the library adds of a request, of whoever made it, of what was logged before, and of our arguments.
LEFT_OUT = ("user", "request", "breadcrumbs", "extra", "modules", "server_name")


def options_of(dsn: str) -> dict[str, Any]:
    """With what the library is set up: what is logged as an error is reported, and nothing else is watched."""
    return {
        "dsn": dsn,
        "auto_enabling_integrations": False,
        "max_request_body_size": "never",
        "include_local_variables": False,
        "include_source_context": False,
        "max_breadcrumbs": 0,
        "auto_session_tracking": False,
        "before_send": clean_report,
    }


def start_reporting(dsn: str) -> None:
    """Report every error that is logged from now on."""
    import sentry_sdk

    sentry_sdk.init(**options_of(dsn))


def clean_report(report: Any, hint: Any) -> Any:
    """What is sent of an error: where it happened, its kind, its words without quotations, its request."""
    for name in LEFT_OUT:
        report.pop(name, None)
    report.get("logentry", {}).pop("params", None)  # they stand in the formatted text
    if number := current_id():
        report["tags"] = {**(report.get("tags") or {}), "request_id": number}
    return _redacted(report)


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        kept = {"event_id", "request_id", "trace_id", "span_id", "contexts", "sdk"}  # numbers of the library's and ours
        return {key: value if key in kept else _redacted(value) for key, value in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(each) for each in value]
    return value
