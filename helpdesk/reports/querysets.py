"""Queries on the summaries of days."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet

if TYPE_CHECKING:
    from helpdesk.reports.models import SummaryDurations
    from helpdesk.reports.percentiles import Slice

# Slices of long values. In SQL, because the ORM cannot join with given values.
SLICES = """
    SELECT slice.pk, slice.start, slice.length, substring(kept.durations FROM slice.start * 8 + 1 FOR slice.length * 8)
    FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS slice (pk, start, length)
    JOIN reports_summarydurations kept ON kept.id = slice.pk
"""


class SummaryDurationsQuerySet(QuerySet["SummaryDurations"]):
    """Queries on durations of days."""

    def slices(self, slices: Collection[Slice]) -> list[tuple[int, int, int, bytes]]:
        """The primary key, start and length of each slice, with its durations as stored."""
        with connection.cursor() as cursor:
            cursor.execute(SLICES, [list(column) for column in zip(*slices, strict=True)])
            found: list[tuple[int, int, int, bytes]] = cursor.fetchall()
        return found
