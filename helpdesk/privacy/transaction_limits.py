"""The short transactions in which personal data goes: none waits long for others, nor has others wait for it."""

from __future__ import annotations

from django.db import OperationalError, connection
from psycopg import errors

LIMITS = """
    SELECT set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '15s', true),
        set_config('idle_in_transaction_session_timeout', '30s', true)
"""


def set_time_limits() -> None:
    """Limit how long statements of this transaction may take, and wait for locks."""
    with connection.cursor() as cursor:
        cursor.execute(LIMITS)


def was_timed_out(error: Exception) -> bool:
    """Whether a statement was ended for that, so that fewer rows at once may do."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, errors.QueryCanceled)
