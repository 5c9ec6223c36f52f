"""The numbers that reports show, built from the figures of `figures.py`, which `team_figures.py` reads."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from helpdesk.reports import figures
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet

MEDIAN, P90 = 0.5, 0.9  # percentiles; the API calls the second `slow_…`


class Summary(NamedTuple):
    """The main figures of a period; times are None if there are no values."""

    requests: int
    tickets: int
    asked_again: int
    median_response: timedelta | None
    p90_response: timedelta | None
    median_resolution: timedelta | None
    p90_resolution: timedelta | None
    resolved: int


def summary_of(team: TeamFigures, period: Period) -> Summary:
    """The figures at the head of the report."""
    response, resolution = team.percentiles([figures.RESPONSE, figures.RESOLUTION], period, [MEDIAN, P90])
    return Summary(
        requests=team.counts(figures.REQUESTS, period).total(),
        tickets=team.counts(figures.TICKETS, period).total(),
        asked_again=team.counts(figures.ASKED_AGAIN, period).total(),
        median_response=response[0],
        p90_response=response[1],
        median_resolution=resolution[0],
        p90_resolution=resolution[1],
        resolved=team.counts(figures.RESOLVED, period).total(),
    )


def requests_by_hour(team: TeamFigures, period: Period) -> dict[tuple[int, int], int]:
    """Requests by weekday (Monday is 1) and hour."""
    return {divmod(key, figures.WEEKDAY_FACTOR): count for key, count in team.by_key(figures.REQUESTS, period).items()}


class Times(NamedTuple):
    """How fast the tickets of a day or week were answered and resolved."""

    start: date
    median_response: timedelta | None
    p90_response: timedelta | None
    median_resolution: timedelta | None
    p90_resolution: timedelta | None


def times_by_start(team: TeamFigures, period: Period) -> list[Times]:
    """Response and resolution times of each day, or of each week in a period of more than 45 days."""
    found = team.percentiles_by_start([figures.RESPONSE, figures.RESOLUTION], period, [MEDIAN, P90])
    return [Times(start, *response, *resolution) for start, (response, resolution) in found.items()]


class Age(NamedTuple):
    """The tickets to do that were requested between two days; None is open-ended."""

    first: date | None
    last: date | None
    tickets: int


def backlog_by_age(tickets: TicketQuerySet) -> list[Age]:
    """Tickets to do now, by the number of days since the request."""
    today = timezone.localdate()
    spans = [(0, 0), (1, 1), (2, 3), (4, 7), (8, 30), (31, None)]
    days = [(today - timedelta(days=old) if old else None, today - timedelta(days=new)) for new, old in spans]
    counts = tickets.to_do().aggregate(
        **{
            f"age_{place}": Count("pk", filter=_asked_between(first if place else today, last if place else None))
            for place, (first, last) in enumerate(days)
        }
    )
    return [
        Age(first if place else today, last if place else None, counts[f"age_{place}"])
        for place, (first, last) in enumerate(days)
    ]


def _asked_between(first: date | None, last: date | None) -> Q:
    asked = Q()
    if first:
        asked &= Q(requested_at__gte=timezone.make_aware(datetime.combine(first, time.min)))
    if last:
        asked &= Q(requested_at__lt=timezone.make_aware(datetime.combine(last + timedelta(days=1), time.min)))
    return asked or Q(pk__isnull=False)


class Load(NamedTuple):
    """One member's tickets to do now, requests assigned, tickets resolved in a period, and median resolution time."""

    open_now: int
    given: int
    resolved: int
    median_resolution: timedelta | None


def load_by_member(team: TeamFigures, period: Period) -> dict[int | None, Load]:
    """The load of each member, by primary key; None stands for unassigned tickets."""
    open_now = dict(team.tickets.to_do().values_list("assignee").annotate(Count("pk")).order_by())
    given, resolved = team.by_key(figures.TICKETS, period), team.by_key(figures.RESOLVED, period)
    medians = team.percentiles_by_person(figures.RESOLUTION_BY_PERSON, period, [MEDIAN])
    return {
        key: Load(open_now.get(key, 0), given[key], resolved[key], medians.get(key, [None])[0])
        for key in {*open_now, *given, *resolved}
    }
