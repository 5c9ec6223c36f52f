"""Reads a team's figures: from summaries for days that have them, and from tickets for all others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Case, DateField, F, Q, Sum, Value, When
from django.db.models.functions import TruncDate, TruncWeek
from django.utils import timezone

from helpdesk.courses.models import Course
from helpdesk.inbox.fields import NONE
from helpdesk.reports import figures, percentiles
from helpdesk.reports.figures import Figure, Measure, Percentile, during
from helpdesk.reports.models import SummaryCount, SummaryDurations
from helpdesk.reports.percentiles import Durations, Slice
from helpdesk.reports.summaries import ALL, current_days, scope_of
from helpdesk.teams.models import Team
from helpdesk.tickets.merged_tickets import own_request_about, roots_asked_about
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet

MOST_SPANS = 8  # the most spans of days read from tickets; beyond, neighbours are joined with the days in between
LONGEST_BY_DAY = 45  # the longest period, in days, whose times are shown by day; longer ones are shown by week


@contextmanager
def repeatable_read() -> Iterator[None]:
    """Read everything as of one moment, even if tickets change or days are summarized meanwhile."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


class Days(NamedTuple):
    """The days of a period: those with a summary, by its primary key, and the others as spans."""

    summarized: dict[int, date]
    others: list[Period]


class TeamFigures:
    """Figures of a team's tickets, or of those of one course (or of NONE), in the current time zone.

    `is_page`: read all summaries of a period at once. `from_tickets`: use no summaries.
    """

    def __init__(
        self, team: Team, course: Course | int | str | None = None, *, is_page: bool = False, from_tickets: bool = False
    ) -> None:
        self.team, self.is_page, self.from_tickets = team, is_page, from_tickets
        self.course: Course | int | None = None if course == NONE or not course else course  # type: ignore[assignment]
        self.is_of_course = bool(course)
        course_pk = self.course.pk if isinstance(self.course, Course) else self.course
        self.scope = scope_of(course_pk) if course else ALL
        self._days: dict[Period, Days] = {}
        self._summarized: dict[tuple[Period, str], Counter[tuple[Any, str]]] = {}
        self._counts: dict[tuple[Period, str], Counter[tuple[Any, str]]] = {}
        self._durations: dict[tuple[Period, str], list[tuple[date, Any, Durations]]] = {}

    @cached_property
    def _is_theirs(self) -> Q:
        if not self.is_of_course:
            return Q()
        return own_request_about("course", self.course)

    @cached_property
    def _standing_elsewhere(self) -> set[int]:
        """Tickets of other courses into which this course's requests were merged.

        No summary of this course counts them.
        """
        return roots_asked_about(self.team, "course", self.course) if self.is_of_course else set()

    @cached_property
    def tickets(self) -> TicketQuerySet:
        """The team's tickets, as the inbox finds them."""
        tickets = Ticket.objects.for_team(self.team)
        if not self.is_of_course:
            return tickets.alias(is_request=Value(True))
        is_request = Case(When(self._is_theirs, then=True), default=False)
        found = self._is_theirs | Q(pk__in=self._standing_elsewhere) if self._standing_elsewhere else self._is_theirs
        return tickets.filter(found).alias(is_request=is_request)

    def _tickets_beside(self, field: str, period: Period) -> TicketQuerySet | None:
        """The tickets outside the period's summaries; None if there cannot be any."""
        spans = self.days_of(period).others
        if spans == [period]:
            return self.tickets.filter(during(field, spans))
        found = self._is_theirs & during(field, spans) if spans else Q()
        if self._standing_elsewhere:
            others = Q(pk__in=self._standing_elsewhere) & during(field, [period])
            found = found | others if found else others
        return self.tickets.filter(found) if found else None

    def days_of(self, period: Period) -> Days:
        """Which days of the period have a summary."""
        if period not in self._days:
            days = {} if self.from_tickets else current_days(self.team, timezone.get_current_timezone_name(), period)
            self._days[period] = Days(*_split_days(days, period))
        return self._days[period]

    def counts(self, figure: Figure, period: Period) -> Counter[tuple[Any, str]]:
        """Counts by key and category."""
        if (period, figure.name) not in self._counts:
            counts = self._summarized_counts(figure, period).copy()
            tickets = self._tickets_beside(figure.at, period)
            for key, category, count in figure.rows(tickets) if tickets is not None else ():
                counts[key, category] += count
            self._counts[period, figure.name] = counts
        return self._counts[period, figure.name]

    def by_key(self, figure: Figure, period: Period) -> Counter[Any]:
        """The period's counts by key."""
        found: Counter[Any] = Counter()
        for (key, _category), count in self.counts(figure, period).items():
            found[key] += count
        return found

    def by_category(self, figure: Figure, period: Period) -> Counter[str]:
        """The period's counts by category."""
        found: Counter[str] = Counter()
        for (_key, category), count in self.counts(figure, period).items():
            found[category] += count
        return found

    def by_day(self, figure: Figure, period: Period) -> Counter[date]:
        """Counts by the day of the request, resolution or rating."""
        days, found = self.days_of(period).summarized, Counter[date]()
        if days:
            kept = SummaryCount.objects.filter(day__in=days, scope=self.scope, figure=figure.name)
            for pk, count in kept.values_list("day").annotate(Sum("count")).order_by():
                found[days[pk]] += count
        tickets = self._tickets_beside(figure.at, period)
        for day, _key, _category, count in figure.rows(tickets, TruncDate(figure.at)) if tickets is not None else ():
            found[day] += count
        return found

    def _summarized_counts(self, figure: Figure, period: Period) -> Counter[tuple[Any, str]]:
        if not (days := self.days_of(period).summarized):
            return Counter()
        if (period, figure.name) not in self._summarized:
            asked = figures.FIGURES if self.is_page else [figure]
            for each in asked:
                self._summarized[period, each.name] = Counter()
            kept = SummaryCount.objects.filter(day__in=days, scope=self.scope, figure__in=[each.name for each in asked])
            for name, key, category, count in (
                kept.values_list("figure", "key", "word").annotate(Sum("count")).order_by()
            ):
                self._summarized[period, name][key, category] = count
        return self._summarized[period, figure.name]

    def percentiles(
        self, measures: Sequence[Measure], period: Period, fractions: Sequence[float]
    ) -> list[list[timedelta | None]]:
        """The values below which these fractions of each measure lie; None if there are no values."""
        if not self.days_of(period).summarized:
            (row,) = self._percentiles_of_tickets(measures, period, fractions)
            return row[1]
        found = self._percentiles_of_days(measures, period, fractions, lambda _day, _person: None)
        return [found.get((measure.name, None), [None] * len(fractions)) for measure in measures]

    def percentiles_by_start(
        self, measures: Sequence[Measure], period: Period, fractions: Sequence[float]
    ) -> dict[date, list[list[timedelta | None]]]:
        """The `percentiles` by day, or by week for longer periods; days without requests are left out."""
        by_week = period.days > LONGEST_BY_DAY
        if not self.days_of(period).summarized:
            at = measures[0].at
            start = TruncWeek(at, output_field=DateField()) if by_week else TruncDate(at)
            return dict(self._percentiles_of_tickets(measures, period, fractions, start))

        def start_of(day: date, _person: Any = None) -> date:
            return day - timedelta(days=day.weekday()) if by_week else day

        found = self._percentiles_of_days(measures, period, fractions, start_of)
        nothing: list[timedelta | None] = [None] * len(fractions)
        starts = sorted({start_of(day) for day in self.by_day(figures.TICKETS, period)})
        return {start: [found.get((measure.name, start), nothing) for measure in measures] for start in starts}

    def percentiles_by_person(
        self, measure: Measure, period: Period, fractions: Sequence[float]
    ) -> dict[int | None, list[timedelta | None]]:
        """The values below which these fractions of a measure lie, by the assignee's primary key; None is nobody."""
        if not self.days_of(period).summarized:
            return {
                key: values for key, (values,) in self._percentiles_of_tickets([measure], period, fractions, "assignee")
            }
        found = self._percentiles_of_days([measure], period, fractions, lambda _day, person: person)
        return {person: values for (_name, person), values in found.items()}

    def _percentiles_of_tickets(
        self, measures: Sequence[Measure], period: Period, fractions: Sequence[float], by: Any = None
    ) -> list[tuple[Any, list[list[timedelta | None]]]]:
        """Computed by the database, for measures with the same condition, if no day is summarized."""
        named = {
            f"{measure.name}_{place}": Percentile(measure.duration, fraction)
            for measure in measures
            for place, fraction in enumerate(fractions)
        }
        tickets = self.tickets.filter(during(measures[0].at, [period])).filter(measures[0].condition)
        rows: Any = [tickets.aggregate(**named)]
        if by is not None:
            rows = tickets.values(group=by if not isinstance(by, str) else F(by)).annotate(**named).order_by("group")
        return [
            (
                row.get("group"),
                [[row[f"{measure.name}_{place}"] for place in range(len(fractions))] for measure in measures],
            )
            for row in rows
        ]

    def _percentiles_of_days(
        self,
        measures: Sequence[Measure],
        period: Period,
        fractions: Sequence[float],
        group_of: Callable[[date, Any], Any],
    ) -> dict[tuple[str, Any], list[timedelta | None]]:
        missing = [measure for measure in measures if (period, measure.name) not in self._durations]
        if missing:
            self._load_durations(missing, period)
        groups: defaultdict[tuple[str, Any], list[Durations]] = defaultdict(list)
        for measure in measures:
            for day, person, durations in self._durations[period, measure.name]:
                groups[measure.name, group_of(day, person)].append(durations)
        return percentiles.percentiles(groups, fractions, _load_slices)

    def _load_durations(self, measures: Sequence[Measure], period: Period) -> None:
        days = self.days_of(period).summarized
        found = {measure.name: list[tuple[date, Any, Durations]]() for measure in measures}
        kept = SummaryDurations.objects.filter(day__in=days, scope=self.scope, measure__in=found)
        for name, day, person, pk, histogram in kept.values_list("measure", "day", "person", "pk", "histogram"):
            found[name].append((days[day], person, Durations(percentiles.unpack_histogram(histogram), pk)))
        for measure in measures:
            tickets = self._tickets_beside(measure.at, period)
            for day, person, values in measure.rows(tickets, TruncDate(measure.at)) if tickets is not None else ():
                found[measure.name].append((day, person, Durations.of(values)))
            self._durations[period, measure.name] = found[measure.name]


def _load_slices(slices: Collection[Slice]) -> Mapping[Slice, Sequence[int]]:
    rows = SummaryDurations.objects.slices(slices)
    return {Slice(*place): percentiles.unpack_durations(durations) for *place, durations in rows}


def _split_days(days: Mapping[int, date], period: Period) -> tuple[dict[int, date], list[Period]]:
    """The days with a summary, and all others as a few spans."""
    summarized = set(days.values())
    spans: list[Period] = []
    for day in period.dates():
        if day in summarized:
            continue
        if spans and spans[-1].last == day - timedelta(days=1):
            spans[-1] = Period(spans[-1].first, day)
        else:
            spans.append(Period(day, day))
    while len(spans) > MOST_SPANS:
        gaps = [after.first - before.last for before, after in pairwise(spans)]
        place = gaps.index(min(gaps))
        spans[place : place + 2] = [Period(spans[place].first, spans[place + 1].last)]
    rest = {pk: day for pk, day in days.items() if not any(span.first <= day <= span.last for span in spans)}
    return rest, spans
