"""Reads figures both from summaries and from tickets, and compares them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from helpdesk.reports.figures import (
    FIGURES,
    MEASURES,
    REQUESTS,
    RESOLUTION,
    RESOLUTION_BY_PERSON,
    RESOLVED,
    RESPONSE,
    TICKETS,
)
from helpdesk.reports.summaries import summarize_due
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.tickets.periods import Period

FIRST = timezone.now().date() - timedelta(days=20)  # the first day with requests below
NOON = datetime(FIRST.year, FIRST.month, FIRST.day, 15, 0, tzinfo=UTC)
PERIOD = Period(FIRST - timedelta(days=1), FIRST + timedelta(days=4))


def work():
    """Run the worker until nothing is left to do."""
    summarize_due(timezone.now() + timedelta(minutes=5))


def figures_of(team, period, course=None, **how):
    """All figures of the reports, in a form that can be compared: times to a millisecond."""
    found = TeamFigures(team, course, **how)
    fractions = [0.5, 0.9]
    asked: dict[str, Any] = {figure.name: +found.counts(figure, period) for figure in FIGURES}
    asked |= {f"{figure.name} by day": +found.by_day(figure, period) for figure in (REQUESTS, TICKETS, RESOLVED)}
    for measure in MEASURES:
        asked[measure.name] = rounded(found.percentiles([measure], period, fractions))
    starts = found.percentiles_by_start([RESPONSE, RESOLUTION], period, fractions)
    asked["starts"] = {start: rounded(values) for start, values in starts.items()}
    people = found.percentiles_by_person(RESOLUTION_BY_PERSON, period, fractions)
    asked["people"] = {key: rounded([values]) for key, values in people.items() if values != [None, None]}
    return asked


def rounded(rows):
    return [[value and round(value / timedelta(milliseconds=1)) for value in row] for row in rows]


def assert_same(team, period, course=None):
    """Check that summaries and tickets give the same figures."""
    assert figures_of(team, period, course, is_page=True) == figures_of(team, period, course, from_tickets=True)


def days_beside(team):
    """The days whose figures come from tickets, as offsets from the first ticket's day."""
    spans = TeamFigures(team).days_of(PERIOD).others
    return [(day - FIRST).days for span in spans for day in span.dates()]
