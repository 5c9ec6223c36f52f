"""How the log is written: a message is one line that tells nothing of anybody, and neither a database that is away nor
a flood fills the disk.
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

# Control characters and the separators of lines, one of which would begin a line that nobody logged.
UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
LEAST_GAP = 60.0  # seconds
LONGEST = 500  # characters of what is logged about a request that is refused


class LineFormatter(logging.Formatter):
    """One line for each message, whatever it repeats from outside; a traceback follows on lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The message with its control characters written out, behind the ID of its request or job."""
        request_id = f"[{current_id()}] " if current_id() else ""
        record.message = request_id + redact(record.message)
        return UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """The traceback, without what the error quotes."""
        return redact(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        """How the program came there, without what its lines say."""
        return redact(super().formatStack(stack_info))


class JsonFormatter(LineFormatter):
    """One JSON object on a line for each message, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """The message, and whence it comes."""
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
    """Judges each record once, for whoever asks: the log first, and then the reports of errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it; may shorten it."""
        verdicts: dict[str, bool] = record.__dict__.setdefault("verdicts", {})
        name = type(self).__name__
        if name not in verdicts:
            verdicts[name] = self.is_kept(record)
        return verdicts[name]

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether to log it; may shorten it."""
        raise NotImplementedError


class JobArgumentsFilter(OnceFilter):
    """Of a job that failed its name and number, by which the admin finds it, and none of what it was about."""

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Always log it; shortens it."""
        job = getattr(record, "job", None)
        if isinstance(job, dict) and "call_string" in job:
            name = f"{job.get('task_name')}[{job.get('id')}]"
            record.msg = record.getMessage().replace(job["call_string"], name).partition(" - Result: ")[0]
            record.args = None
        return True


class DeferredFilter(OnceFilter):
    """Of jobs that wait for a worker since a request, a line with their names and numbers: by it the request's ID leads
    to theirs. Of others, none: what the worker itself defers is often, and is told by its own lines.
    """

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether it is about something else, or by a request; says which jobs."""
        if getattr(record, "action", None) != "jobs_deferred":
            return True
        if not is_of_request():
            return False
        jobs = ", ".join(f"{job['task_name']}[{job['id']}]" for job in record.__dict__["jobs"])
        record.msg, record.args = f"Deferred {jobs}", None
        return True


class LineLimiter:
    """Lets one line a minute through of each kind, and counts the others."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kinds: dict[tuple[object, ...], tuple[float, int]] = {}

    def left_out(self, kind: tuple[object, ...]) -> int | None:
        """How many of its kind were left out before this line; None where this one is to be left out too."""
        now = time.monotonic()
        with self._lock:
            logged_at, count = self._kinds.get(kind, (-LEAST_GAP, 0))
            is_due = now - logged_at >= LEAST_GAP
            self._kinds[kind] = (now, 0) if is_due else (logged_at, count + 1)
        return count if is_due else None


def is_refusal(record: logging.LogRecord) -> bool:
    """Whether it is about a request that was answered with 4xx."""
    status = getattr(record, "status_code", None)
    return isinstance(status, int) and 400 <= status < 500


class StrangerFilter(OnceFilter):
    """Of a request that is refused, as for another host, a form that cannot be read, or too much of one: a warning of
    one line, without traceback.

    Anybody can send one, and nothing of ours is wrong; Django logs some as errors.
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
        """Always log it; shortens it."""
        if record.name in self.LOGGERS:
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        if record.name in self.LOGGERS or (record.name == "django.request" and is_refusal(record)):
            record.exc_info, record.exc_text = None, None
            message = record.getMessage()
            if len(message) > LONGEST:
                record.msg, record.args = f"{message[:LONGEST]}…", None
        return True


class UnavailableFilter(OnceFilter):
    """Of what fails since the database is away: one line a minute for each logger and kind, without the traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._limiter = LineLimiter()

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether to log it; shortens it."""
        error = find_database_error(record.exc_info[1] if record.exc_info else None)
        if error is None and getattr(record, "status_code", None) != 503:
            return True
        cause = error.__cause__ or error if error else None
        if self._limiter.left_out((record.name, type(cause), getattr(cause, "sqlstate", None))) is None:
            return False
        if error:
            record.template = record.msg  # without what it is about
            record.msg = f"{record.getMessage()} ({str(error).strip().partition(chr(10))[0]})"
            record.args, record.exc_info, record.exc_text = None, None, None
        return True


class RefusedFilter(OnceFilter):
    """Of requests that are refused (4xx): one line a minute for each logger, status and view, which counts the others.

    So nobody outside, whom nothing stops from asking, can fill the disk.
    """

    def __init__(self) -> None:
        super().__init__()
        self._limiter = LineLimiter()

    def is_kept(self, record: logging.LogRecord) -> bool:
        """Whether to log it; says how many like it were not."""
        if not is_refusal(record):
            return True
        view = getattr(getattr(record, "request", None), "resolver_match", None)
        left_out = self._limiter.left_out((record.name, record.__dict__["status_code"], view.view_name if view else ""))
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more like it since the last line)"
            record.args = None
        return left_out is not None


# Those of the settings, for reports of errors.
FILTERS = (JobArgumentsFilter(), DeferredFilter(), StrangerFilter(), UnavailableFilter(), RefusedFilter())
