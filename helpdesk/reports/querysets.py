"""Queries on the summaries of days."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    from helpdesk.reports.models import SummaryDurations
    from helpdesk.reports.percentiles import Part

# Slices of long values. In SQL, because the ORM cannot join with given values.
PARTS = """
    SELECT part.pk, part.start, part.length, substring(kept.durations FROM part.start * 8 + 1 FOR part.length * 8)
    FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS part (pk, start, length)
    JOIN reports_summarydurations kept ON kept.id = part.pk
"""


class SummaryDurationsQuerySet(QuerySet["SummaryDurations"]):
    """Queries on durations of days."""

    def parts(self, parts: Collection[Part]) -> list[tuple[int, int, int, bytes]]:
        """The primary key, start and length of each part, with its durations as stored."""
        with connection.cursor() as cursor:
            cursor.execute(PARTS, [list(column) for column in zip(*parts, strict=True)])
            found: list[tuple[int, int, int, bytes]] = cursor.fetchall()
        return found
