"""How the log is written: a message is one line, and neither a database that is away nor a flood fills the disk."""

from __future__ import annotations

import logging
import re
import threading
import time

from helpdesk.operations.availability import find_database_error

# Control characters and the separators of lines, one of which would begin a line that nobody logged.
UNPRINTABLE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]")
LEAST_GAP = 60.0  # seconds


class LineFormatter(logging.Formatter):
    """One line for each message, whatever it repeats from outside; a traceback follows on lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """The message with its control characters written out."""
        return UNPRINTABLE.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))


class Gaps:
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


class UnavailableFilter(logging.Filter):
    """Of what fails since the database is away: one line a minute for each logger and kind, without the traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._gaps = Gaps()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it; shortens it."""
        error = find_database_error(record.exc_info[1] if record.exc_info else None)
        if error is None and getattr(record, "status_code", None) != 503:
            return True
        cause = error.__cause__ or error if error else None
        if self._gaps.left_out((record.name, type(cause), getattr(cause, "sqlstate", None))) is None:
            return False
        if error:
            record.msg = f"{record.getMessage()} ({str(error).strip().partition(chr(10))[0]})"
            record.args, record.exc_info, record.exc_text = None, None, None
        return True


class RefusedFilter(logging.Filter):
    """Of requests that are refused (4xx): one line a minute for each logger, status and view, which counts the others.

    So nobody outside, whom nothing stops from asking, can fill the disk.
    """

    def __init__(self) -> None:
        super().__init__()
        self._gaps = Gaps()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it; says how many like it were not."""
        status = getattr(record, "status_code", None)
        if not (isinstance(status, int) and 400 <= status < 500):
            return True
        view = getattr(getattr(record, "request", None), "resolver_match", None)
        left_out = self._gaps.left_out((record.name, status, view.view_name if view else ""))
        if left_out:
            record.msg = f"{record.getMessage()} (and {left_out} more like it since the last line)"
            record.args = None
        return left_out is not None
