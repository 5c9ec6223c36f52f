"""What errors of the database mean."""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, InternalError, OperationalError

# An internal error is what a session gets whose transaction was idle too long, as while the database was frozen.
DATABASE_IS_AWAY = (
    OperationalError,
    InterfaceError,
    InternalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.InternalError,
)


def first_line(error: Exception) -> str:
    """What an error of the database says, without its details."""
    return str(error).strip().partition("\n")[0]
