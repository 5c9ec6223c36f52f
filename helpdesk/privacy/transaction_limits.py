"""Time limits for the short transactions that erase personal data, so that neither they nor others wait long."""

from __future__ import annotations

from django.db import OperationalError, connection
from psycopg import errors

LIMITS = """
    SELECT set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '15s', true),
        set_config('idle_in_transaction_session_timeout', '30s', true)
"""


def set_time_limits() -> None:
    """Limit how long this transaction's statements may run and wait for locks, and how long it may be idle."""
    with connection.cursor() as cursor:
        cursor.execute(LIMITS)


def was_timed_out(error: Exception) -> bool:
    """Whether a statement ran too long, so that fewer rows at once may work."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, errors.QueryCanceled)
