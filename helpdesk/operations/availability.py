"""What to answer while the database is away: gone, frozen, restarting, full, or too busy."""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template import loader

RETRY_AFTER = 5  # seconds
PASSES = (
    OperationalError,
    InterfaceError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    # A statement in a transaction that was prepared before a migration (see postgresql/base.py).
    psycopg.errors.FeatureNotSupported,
    # Read-only after a failover, or because the disk is full.
    psycopg.errors.ReadOnlySqlTransaction,
)


def find_database_error(error: BaseException | None) -> BaseException | None:
    """The database error behind this one, if it is of a kind that passes by itself; otherwise None."""
    while error is not None and not isinstance(error, PASSES):
        error = error.__cause__ or error.__context__
    return error


def unavailable_page() -> HttpResponse:
    """The 503 page; it needs neither database nor session."""
    response = HttpResponse(loader.get_template("503.html").render(), status=503)
    return mark_unavailable(response)


def mark_unavailable(response: HttpResponse) -> HttpResponse:
    """Add headers to a 503 that ask clients to try again and caches to store nothing."""
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response
