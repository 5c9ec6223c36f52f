"""How the log is written: a message is one line, and a database that is away fills no disk."""

from __future__ import annotations

import logging
import re
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


class UnavailableFilter(logging.Filter):
    """Of what fails since the database is away: one line a minute for each logger and kind, without the traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._logged_at: dict[tuple[object, ...], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log it; shortens it."""
        error = find_database_error(record.exc_info[1] if record.exc_info else None)
        if error is None and getattr(record, "status_code", None) != 503:
            return True
        cause = error.__cause__ or error if error else None
        kind = (record.name, type(cause), getattr(cause, "sqlstate", None))
        now = time.monotonic()
        if now - self._logged_at.get(kind, -LEAST_GAP) < LEAST_GAP:
            return False
        self._logged_at[kind] = now
        if error:
            record.msg = f"{record.getMessage()} ({str(error).strip().partition(chr(10))[0]})"
            record.args, record.exc_info, record.exc_text = None, None, None
        return True
