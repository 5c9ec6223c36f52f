"""When learners asked, and how long answers took: requests by day and by hour, response and resolution times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.reports import metrics
from helpdesk.reports.figures import REQUESTS
from helpdesk.reports.tables import Table, count_cell, duration_cell, text_cell, with_level
from helpdesk.tickets.periods import Period
from helpdesk.ui.charts import Chart, day_and_month

if TYPE_CHECKING:
    from helpdesk.reports.report import Report


def days(report: Report, query_of: Callable[[Period], str]) -> Table:
    """Requests on each day, next to those of the period before; `query_of` gives the inbox filter for some days."""
    period, before = report.period, report.period.before
    counts = report.figures.by_day(REQUESTS, period)
    counts_before = report.figures.by_day(REQUESTS, before)
    pairs = list(zip(period.dates(), before.dates(), strict=True))
    series: list[tuple[str, list[float | None]]] = [
        (_("This period"), [counts.get(day, 0) for day, _then in pairs]),
        (_("Previous period"), [counts_before.get(then, 0) for _day, then in pairs]),
    ]
    labels = [day_and_month(day) for day, _then in pairs]
    title = _("Requests per day")
    return Table(
        "days",
        title,
        _("All help requests on each day; the dashed line is the previous period."),
        [_("Day"), _("Requests"), _("Previous day"), _("Requests then")],
        [
            [
                text_cell(date_format(day, "SHORT_DATE_FORMAT")),
                count_cell(counts.get(day, 0), query_of(Period(day, day))),
                text_cell(date_format(then, "SHORT_DATE_FORMAT")),
                count_cell(counts_before.get(then, 0), query_of(Period(then, then))),
            ]
            for day, then in reversed(pairs)
        ],
        [Chart(title, labels, series)],
    )


def times(report: Report, query: str) -> Table:
    """How fast tickets were answered and resolved; `query` is the inbox filter for them."""
    rows = metrics.times_by_start(report.figures, report.period)
    now = report.summary
    labels = [day_and_month(row.start) for row in rows]
    title = _("First response and resolution")
    series = [
        (_("First response"), [_hours(row.median_response) for row in rows]),
        (_("Resolution"), [_hours(row.median_resolution) for row in rows]),
    ]
    return Table(
        "times",
        title,
        _("Counted from the help request. Half took less than the median; nine in ten took less than “9 in 10”."),
        [_("Asked"), _("First response, median"), _("9 in 10"), _("Resolution, median"), _("9 in 10")],
        [
            [
                text_cell(_("All"), query),
                *map(
                    duration_cell,
                    (now.median_response, now.p90_response, now.median_resolution, now.p90_resolution),
                ),
            ],
            *(
                [text_cell(date_format(row.start, "SHORT_DATE_FORMAT")), *map(duration_cell, row[1:])]
                for row in reversed(rows)
            ),
        ],
        [Chart(_("Median hours"), labels, series, lambda value: _("%s h") % round(value))],
    )


def hours(report: Report, query: str) -> Table:
    """When help requests come: weekday by hour; `query` is the inbox filter for all of them."""
    counts = metrics.requests_by_hour(report.figures, report.period)
    most = max(counts.values(), default=0)
    rows = []
    for day, name in WEEKDAYS.items():
        row = [text_cell(name)]
        for hour in range(24):
            count = counts.get((day + 1, hour), 0)
            row.append(with_level(count_cell(count, f"{query}&weekday={day + 1}&hour={hour}"), count, most))
        rows.append(row)
    return Table(
        "hours",
        _("When learners ask"),
        _("All help requests in this period, by day of the week and hour."),
        [_("Day"), *(f"{hour}h" for hour in range(24))],
        rows,
    )


def _hours(value: timedelta | None) -> float | None:
    return None if value is None else round(value.total_seconds() / 3600, 2)
