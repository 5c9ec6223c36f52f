"""The one clock that all servers and workers have in common."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database's time (UTC), as it is now and not when the transaction began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
