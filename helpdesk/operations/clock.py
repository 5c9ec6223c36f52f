"""The one clock that all servers and workers have in common, and whether this machine's is right."""

import ctypes
from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's time (UTC), as it is now and not when the transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def is_synchronized() -> bool | None:
    """Whether something keeps this machine's clock right, as the kernel has it; None where it does not tell.

    See adjtimex(2): asked with nothing to change, it answers TIME_ERROR for a clock that is not synchronized.
    """
    time_error, longer_than_timex = 5, 512  # bytes; a timex has 208
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(longer_than_timex))
    except (AttributeError, OSError, TypeError):
        return None
    return None if state < 0 else state != time_error
