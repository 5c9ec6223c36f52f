"""Reports errors to Sentry, or a compatible service, if SENTRY_DSN is set.

A report says where in the code an error occurred and its type, but not its message, which may quote personal data. The
request's ID leads to our own log.
"""

from __future__ import annotations

import logging
from typing import Any

from helpdesk.operations.log_redaction import redact
from helpdesk.operations.logs import FILTERS
from helpdesk.operations.request_ids import current_id

KEPT = ("event_id", "timestamp", "platform", "level", "logger", "release", "environment", "sdk")
KEPT_OF_ERROR = ("type", "module", "stacktrace")
KEPT_OF_FRAME = ("filename", "abs_path", "function", "module", "lineno", "in_app")


def options_of(dsn: str) -> dict[str, Any]:
    """Options for the library: errors that are logged are reported, and nothing else is instrumented."""
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    return {
        "dsn": dsn,
        "default_integrations": False,  # one of them adds headers to outgoing requests
        "auto_enabling_integrations": False,
        "integrations": [
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        "trace_propagation_targets": [],
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
    """Remove messages from a report; None if the log leaves the error out too, as while the database is away."""
    record = hint.get("log_record")
    if record and not all(each.filter(record) for each in FILTERS):
        return None
    cleaned = {name: report[name] for name in KEPT if name in report}
    if record:
        cleaned["logentry"] = {"message": redact(str(getattr(record, "template", record.msg)))}
    if errors := (report.get("exception") or {}).get("values"):
        cleaned["exception"] = {"values": [_cleaned_error(error) for error in errors]}
    if request_id := current_id():
        cleaned["tags"] = {"request_id": request_id}
    return cleaned


def _cleaned_error(error: dict[str, Any]) -> dict[str, Any]:
    cleaned = {name: error[name] for name in KEPT_OF_ERROR if name in error}
    frames = (error.get("stacktrace") or {}).get("frames") or []
    cleaned["stacktrace"] = {
        "frames": [{name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames]
    }
    return cleaned
