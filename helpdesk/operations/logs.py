"""Formatters and filters of the log.

Each message is one line without personal data, and neither an unavailable database nor a flood of requests can fill the
disk.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from datetime import UTC, datetime
from typing import Any

from helpdesk.operations.availability import find_database_error
from helpdesk.operations.log_redaction import redact
from helpdesk.operations.request_ids import current_id, is_of_request

# Control characters and line separators, which could start a forged log line.
UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
LEAST_GAP = 60.0  # seconds
LONGEST = 500  # characters of a message about a refused request


class LineFormatter(logging.Formatter):
    """One line per message, with control characters escaped; a traceback follows on separate lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The message with control characters escaped, after the ID of its request or job."""
        request_id = f"[{current_id()}] " if current_id() else ""
        record.message = request_id + redact(record.message)
        return UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """The traceback, without values quoted in the error."""
        return redact(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        """The stack, redacted."""
        return redact(super().formatStack(stack_info))


class JsonFormatter(LineFormatter):
    """One JSON object per line, for log collectors."""

    def format(self, record: logging.LogRecord) -> str:
        """The message, its source, and the traceback if there is one."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
            "request_id": current_id(),
            "status": getattr(record, "status_code", None),
            "process": record.process,
        }
        if record.exc_info and record.exc_info[0]:
            entry |= {"error": record.exc_info[0].__name__, "traceback": self.formatException(record.exc_info)}
        if record.stack_info:
            entry["stack"] = self.formatStack(record.stack_info)
        return json.dumps({name: value for name, value in entry.items() if value not in (None, "")})


class OnceFilter(logging.Filter):
    """Decides once per record, although both the log and the error reports ask."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log the record; may shorten it."""
        verdicts: dict[str, bool] = record.__dict__.setdefault("verdicts", {})
        name = type(self).__name__
        if name not in verdicts:
            verdicts[name] = self.is_kept(record)
        return verdicts[name]

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether to log the record; may shorten it."""
        raise NotImplementedError


class JobArgumentsFilter(OnceFilter):
    """Reduces a failed job to its name and number, by which the admin finds it; its arguments are left out."""

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Always log the record; shortens it."""
        job = getattr(record, "job", None)
        if isinstance(job, dict) and "call_string" in job:
            name = f"{job.get('task_name')}[{job.get('id')}]"
            record.msg = record.getMessage().replace(job["call_string"], name).partition(" - Result: ")[0]
            record.args = None
        return True


class DeferredFilter(OnceFilter):
    """Logs which jobs a request deferred, by name and number, so that its ID leads to theirs.

    Jobs that the worker defers itself are left out: they are frequent, and have log lines of their own.
    """

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Keep records about anything else, and jobs deferred by a request; rewrites the message."""
        if getattr(record, "action", None) != "jobs_deferred":
            return True
        if not is_of_request():
            return False
        jobs = ", ".join(f"{job['task_name']}[{job['id']}]" for job in record.__dict__["jobs"])
        record.msg, record.args = f"Deferred {jobs}", None
        return True


class LineLimiter:
    """Lets one line a minute of each kind through, and counts the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: dict[tuple[object, ...], tuple[float, int]] = {}

    def left_out(self, kind: tuple[object, ...]) -> int | None:
        """How many lines of this kind were dropped before this one; None if this one is to be dropped as well."""
        now = time.monotonic()
        with self._lock:
            logged_at, count = self._kinds.get(kind, (-LEAST_GAP, 0))
            is_due = now - logged_at >= LEAST_GAP
            self._kinds[kind] = (now, 0) if is_due else (logged_at, count + 1)
        return count if is_due else None


def is_refusal(record: logging.LogRecord) -> bool:
    """Whether the record is about a request that was answered with 4xx."""
    status = getattr(record, "status_code", None)
    return isinstance(status, int) and 400 <= status < 500


class StrangerFilter(OnceFilter):
    """Logs malformed requests, such as those with a wrong host or too many fields, as one line without a traceback.

    Anybody can send them and nothing is wrong on our side, but Django logs some as errors.
    """

    LOGGERS = frozenset(
        f"django.security.{name}"
        for name in (
            "DisallowedHost",
            "RequestDataTooBig",
            "SuspiciousMultipartForm",
            "TooManyFieldsSent",
            "TooManyFilesSent",
        )
    )

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Always log the record; shortens it."""
        if record.name in self.LOGGERS:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        if record.name in self.LOGGERS or (record.name == "django.request" and is_refusal(record)):
            record.exc_info, record.exc_text = None, None
            message = record.getMessage()
            if len(message) > LONGEST:
                record.msg, record.args = f"{message[:LONGEST]}…", None
        return True


class UnavailableFilter(OnceFilter):
    """Limits messages about an unavailable database to one line a minute per logger and error, without traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._limiter = LineLimiter()

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether to log the record; shortens it."""
        error = find_database_error(record.exc_info[1] if record.exc_info else None)
        if error is None and getattr(record, "status_code", None) != 503:
            return True
        cause = error.__cause__ or error if error else None
        if self._limiter.left_out((record.name, type(cause), getattr(cause, "sqlstate", None))) is None:
            return False
        if error:
            record.template = record.msg  # without the arguments, for error reports
            record.msg = f"{record.getMessage()} ({str(error).strip().partition(chr(10))[0]})"
            record.args, record.exc_info, record.exc_text = None, None, None
        return True


class RefusedFilter(OnceFilter):
    """Limits messages about refused requests (4xx) to one line a minute per logger, status and view; counts the rest.

    So outsiders, who may send any number of requests, cannot fill the disk.
    """

    def __init__(self) -> None:
        super().__init__()
        self._limiter = LineLimiter()

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether to log the record; adds how many similar ones were dropped."""
        if not is_refusal(record):
            return True
        view = getattr(getattr(record, "request", None), "resolver_match", None)
        left_out = self._limiter.left_out((record.name, record.__dict__["status_code"], view.view_name if view else ""))
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more like it since the last line)"
            record.args = None
        return left_out is not None


# Instances for error reports; the settings configure the same classes for the log.
FILTERS = (JobArgumentsFilter(), DeferredFilter(), StrangerFilter(), UnavailableFilter(), RefusedFilter())
