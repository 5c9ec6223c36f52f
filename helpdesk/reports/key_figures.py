"""The figures at the top of a report, each next to that of the previous period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format

from helpdesk.reports.tables import count_cell, duration_cell
from helpdesk.tickets.periods import Period


def count_figure(
    title: str,
    now: int,
    before: int,
    period: Period,
    query: Callable[[Period], str],
    note: str,
    *,
    less_is_good: bool = False,
) -> dict[str, Any]:
    """A count, that of the previous period, and the change in per cent; both link to the tickets they count."""
    change = round((now - before) * 100 / before) if before else None
    return {
        "title": title,
        "cell": count_cell(now, query(period)),
        "before": number_format(before, force_grouping=True),
        "before_query": query(period.before) if before else "",
        "change": change,
        "tone": ("done" if change < 0 else "late") if less_is_good and change else "",
        "note": note,
    }


def duration_figure(title: str, now: timedelta | None, before: timedelta | None, note: str) -> dict[str, Any]:
    """A median duration, where less is better."""
    change = round((now - before) / before * 100) if now is not None and before else None
    return {
        "title": title,
        "cell": duration_cell(now),
        "before": duration_cell(before).text,
        "change": change,
        "tone": ("done" if change < 0 else "late") if change else "",
        "note": note,
    }
