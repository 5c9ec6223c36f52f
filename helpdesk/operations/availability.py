"""What is said while the database is away: gone, frozen, restarting, full, or too busy to answer in time."""

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
    # A statement that was prepared before a migration, in a transaction (see postgresql/base.py).
    psycopg.errors.FeatureNotSupported,
    # After a failover, or where the disk is full: it can be read and not written.
    psycopg.errors.ReadOnlySqlTransaction,
)


def find_database_error(error: BaseException | None) -> BaseException | None:
    """The error of the database from which this one follows, where it is of the kinds that pass by themselves."""
    while error is not None and not isinstance(error, PASSES):
        error = error.__cause__ or error.__context__
    return error


def unavailable_page() -> HttpResponse:
    """The page that says so; it needs neither database nor session."""
    response = HttpResponse(loader.get_template("503.html").render(), status=503)
    return mark_unavailable(response)


def mark_unavailable(response: HttpResponse) -> HttpResponse:
    """Add to a 503 the headers that tell programs to try again, and caches to keep nothing."""
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response
