"""The figures at the head of a report, each beside the one of the days before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format

from helpdesk.reports.tables import number, span
from helpdesk.tickets.periods import Period


def counted(
    title: str,
    now: int,
    before: int,
    period: Period,
    query: Callable[[Period], str],
    note: str,
    *,
    less_is_good: bool = False,
) -> dict[str, Any]:
    """A count, with the one of the days before and the change in per cent; each leads to what it counts."""
    change = round((now - before) * 100 / before) if before else None
    return {
        "title": title,
        "cell": number(now, query(period)),
        "before": number_format(before, force_grouping=True),
        "before_query": query(period.before) if before else "",
        "change": change,
        "tone": ("done" if change < 0 else "late") if less_is_good and change else "",
        "note": note,
    }


def timed(title: str, now: timedelta | None, before: timedelta | None, note: str) -> dict[str, Any]:
    """A median time, of which less is good."""
    change = round((now - before) / before * 100) if now is not None and before else None
    return {
        "title": title,
        "cell": span(now),
        "before": span(before).text,
        "change": change,
        "tone": ("done" if change < 0 else "late") if change else "",
        "note": note,
    }
