"""Metrics that are read from the database at each request, so that they are the same from every process.

A room registers its readings in its AppConfig.ready(). Each takes a few queries whose cost doesn't grow with the data.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Now

from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.health import ALIVE_WITHIN, worker_silence
from helpdesk.operations.models import WorkerHeartbeat
from helpdesk.operations.postgresql.catalog import IS_CLIENT_SESSION

logger = logging.getLogger(__name__)

COUNTED_AT_MOST = 10_000
RECENT = timedelta(minutes=5)
CONNECTIONS = f"""
    SELECT coalesce(state, 'unknown'), count(*),
        coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float
    FROM pg_stat_activity
    WHERE datname = current_database() AND {IS_CLIENT_SESSION}
    GROUP BY 1
"""  # noqa: S608 - of constants
LIMITS = "SELECT current_setting('max_connections')::int, pg_database_size(current_database())"
JOBS = """
    SELECT queue_name, status::text, count(*)
    FROM (SELECT queue_name, status FROM procrastinate_jobs ORDER BY id DESC LIMIT %s) AS newest GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Reading:
    """A gauge with a value for each combination of labels."""

    name: str
    description: str
    values: Mapping[Any, float]  # keys are tuples of label values
    labels: tuple[str, ...] = ()


Readings = Callable[[], Iterable[Reading]]
_READINGS: dict[str, Readings] = {}


def register_readings(part: str, read: Readings) -> None:
    """Have /metrics call this function at each request."""
    _READINGS[part] = read


def read_all() -> Iterator[Reading]:
    """All readings, and which parts failed: one failure does not affect the others."""
    failed = dict.fromkeys(((part,) for part in _READINGS), 0.0)
    for part, read in _READINGS.items():
        try:
            yield from list(read())
        except DATABASE_IS_AWAY:
            failed[part,] = 1
            connection.close()
        except Exception:
            logger.exception("The metrics of %s failed", part)
            failed[part,] = 1
    yield Reading("readings_failed", "1 where a part could not be read from the database.", failed, ("part",))


def count_recent(rows: QuerySet[Any], at: str, label: str) -> dict[tuple[str, ...], float]:
    """Count rows by the value of a field, if they are at most RECENT old and among the newest COUNTED_AT_MOST.

    The newest are found by primary key, because the logs have no index on their time.
    """
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    recent = rows.filter(pk__gt=newest - COUNTED_AT_MOST, **{f"{at}__gt": Now() - RECENT}).order_by()
    return {(str(value),): count for value, count in recent.values_list(label).annotate(Count("pk"))}


@dataclass(frozen=True)
class Waiting:
    """How many wait, up to COUNTED_AT_MOST, and how long the oldest has been waiting."""

    count: int
    oldest_seconds: float


def count_waiting(rows: QuerySet[Any], since: str) -> Waiting:
    """Count what has been waiting since the time in that field; times in the future count as no wait."""
    oldest = rows.order_by(since).annotate(age=Now() - F(since)).values_list("age", flat=True).first()
    count = rows.order_by()[:COUNTED_AT_MOST].count()
    return Waiting(count, max(0.0, oldest.total_seconds()) if oldest else 0.0)


def read_database() -> Iterator[Reading]:
    """Connections, limits, the oldest transaction and the size of the database."""
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        rows = cursor.fetchall()
        cursor.execute(LIMITS)
        most, size = cursor.fetchone()
    states = {(state,): float(count) for state, count, _oldest in rows}
    oldest = max((oldest for *_others, oldest in rows), default=0.0)
    yield Reading("database_connections", "Connections to the database, by state.", states, ("state",))
    yield Reading("database_connections_limit", "How many the database takes.", {(): most})
    yield Reading("database_oldest_transaction_seconds", "How long the oldest transaction lasts.", {(): oldest})
    yield Reading("database_size_bytes", "The size of the database.", {(): size})


def read_workers() -> Iterator[Reading]:
    """Workers and jobs."""
    silence = worker_silence()
    alive = WorkerHeartbeat.objects.filter(seen_at__gt=Now() - ALIVE_WITHIN).count()
    yield Reading("workers_alive", "Workers that were heard of within ten seconds.", {(): alive})
    if silence is not None:
        yield Reading("worker_silence_seconds", "Since when no worker was heard of.", {(): silence.total_seconds()})
    with connection.cursor() as cursor:
        cursor.execute(JOBS, [COUNTED_AT_MOST])
        jobs = {(queue, status): float(count) for queue, status, count in cursor.fetchall()}
    description = "The newest ten thousand jobs by queue and status; those that succeeded are gone."
    yield Reading("jobs", description, jobs, ("queue", "status"))
