"""Queries on the summaries of days."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    from helpdesk.reports.models import SummaryDurations
    from helpdesk.reports.percentiles import Part

# Parts of long values, by key: the ORM has no join with what one asks for.
PARTS = """
    SELECT part.pk, part.start, part.length, substring(kept.durations FROM part.start * 8 + 1 FOR part.length * 8)
    FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS part (pk, start, length)
    JOIN reports_summarydurations kept ON kept.id = part.pk
"""


class SummaryDurationsQuerySet(QuerySet["SummaryDurations"]):
    """What is kept of how long something took."""

    def parts(self, parts: Collection[Part]) -> list[tuple[int, int, int, bytes]]:
        """The key, start and length of each of these parts, with the durations there as they are kept."""
        with connection.cursor() as cursor:
            cursor.execute(PARTS, [list(column) for column in zip(*parts, strict=True)])
            found: list[tuple[int, int, int, bytes]] = cursor.fetchall()
        return found
