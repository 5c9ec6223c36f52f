"""The database's clock, which all servers and workers share, and whether this machine's clock is synchronized."""

import ctypes
from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's current time (UTC), not the time at which the transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def is_synchronized() -> bool | None:
    """Whether the kernel considers this machine's clock synchronized; None if that is unknown.

    See adjtimex(2): with nothing to change, it returns TIME_ERROR for an unsynchronized clock.
    """
    time_error, longer_than_timex = 5, 512  # bytes; struct timex has 208
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(longer_than_timex))
    except (AttributeError, OSError, TypeError):
        return None
    return None if state < 0 else state != time_error
