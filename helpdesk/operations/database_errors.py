"""Groups of database errors, and how they are shown."""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, InternalError, OperationalError

# After a frozen database wakes up, a session whose transaction was idle for too long gets an internal error.
DATABASE_IS_AWAY = (
    OperationalError,
    InterfaceError,
    InternalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
)


def first_line(error: Exception) -> str:
    """The first line of a database error, without details."""
    return str(error).strip().partition("\n")[0]
