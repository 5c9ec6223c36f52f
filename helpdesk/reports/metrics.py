"""What the reports count, each in one query over the team's tickets.

Requests are all help requests, tickets those that stand for themselves. The first response is the first reply that a
person wrote to the learner: neither an automatic one nor one by a program, nor a status.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import Aggregate, Case, Count, DurationField, ExpressionWrapper, F, Q, Value, When
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate, TruncWeek
from django.utils import timezone

from helpdesk.courses.models import Course
from helpdesk.inbox.fields import NONE
from helpdesk.tickets.merged_tickets import about
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet

STANDING = Q(merged_into__isnull=True)
IS_CALL = Q(is_call=True)  # of a course: its own calls, not those for which a ticket of it stands


class Percentile(Aggregate):
    """The value below which this fraction of the values lies."""

    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()

    def __init__(self, expression: Any, fraction: float, **extra: Any) -> None:
        super().__init__(expression, fraction=str(float(fraction)), **extra)


def _passed(until: str) -> Any:
    return ExpressionWrapper(F(until) - F("requested_at"), output_field=DurationField())


RESPONSE, RESOLUTION = _passed("first_responded_at"), _passed("resolved_at")


class Summary(NamedTuple):
    """The figures of one period; the times are None where no ticket has come so far."""

    requests: int
    tickets: int
    asked_again: int
    median_response: timedelta | None
    slow_response: timedelta | None
    median_resolution: timedelta | None
    slow_resolution: timedelta | None
    resolved: int


def requested_in(tickets: TicketQuerySet, period: Period) -> TicketQuerySet:
    """What was asked for in these days, merged ones too."""
    return tickets.filter(requested_at__gte=period.start, requested_at__lt=period.end)


def calls_in(tickets: TicketQuerySet, period: Period) -> TicketQuerySet:
    """The calls of these days, each by itself."""
    return requested_in(tickets, period).filter(IS_CALL)


def resolved_in(tickets: TicketQuerySet, period: Period) -> TicketQuerySet:
    """What was resolved in these days and still is."""
    return tickets.in_state("done").filter(resolved_at__gte=period.start, resolved_at__lt=period.end)


def summary_of(tickets: TicketQuerySet, period: Period) -> Summary:
    """The figures at the head of the report."""
    figures = requested_in(tickets, period).aggregate(
        requests=Count("pk", filter=IS_CALL),
        tickets=Count("pk", filter=STANDING),
        asked_again=Count("pk", filter=STANDING & Q(request_count__gt=1)),
        median_response=Percentile(RESPONSE, 0.5, filter=STANDING),
        slow_response=Percentile(RESPONSE, 0.9, filter=STANDING),
        median_resolution=Percentile(RESOLUTION, 0.5, filter=STANDING),
        slow_resolution=Percentile(RESOLUTION, 0.9, filter=STANDING),
    )
    return Summary(**figures, resolved=resolved_in(tickets, period).count())


def requests_by_day(tickets: TicketQuerySet, period: Period) -> dict[date, int]:
    """Calls on each day."""
    return _counted(calls_in(tickets, period).values_list(TruncDate("requested_at")))


def requests_by_course(tickets: TicketQuerySet, period: Period) -> dict[int | None, int]:
    """Calls for each course, by its key."""
    return _counted(calls_in(tickets, period).values_list("course"))


def requests_by_lesson(tickets: TicketQuerySet, period: Period) -> dict[int | None, int]:
    """Calls from each lesson, by its key."""
    return _counted(calls_in(tickets, period).values_list("lesson"))


def requests_by_tag(tickets: TicketQuerySet, period: Period) -> dict[int, int]:
    """Calls with each tag, by its key; one with several counts for each."""
    return _counted(calls_in(tickets, period).filter(tags__isnull=False).values_list("tags"))


def requests_by_hour(tickets: TicketQuerySet, period: Period) -> dict[tuple[int, int], int]:
    """Calls by weekday (Monday is 1) and hour."""
    rows = calls_in(tickets, period).values_list(ExtractIsoWeekDay("requested_at"), ExtractHour("requested_at"))
    return {(weekday, hour): count for weekday, hour, count in rows.annotate(Count("pk")).order_by()}


class Times(NamedTuple):
    """How fast the tickets of a day, or of a week, were answered."""

    start: date
    median_response: timedelta | None
    slow_response: timedelta | None
    median_resolution: timedelta | None
    slow_resolution: timedelta | None


def times_by_start(tickets: TicketQuerySet, period: Period) -> list[Times]:
    """By day, and for more than 45 days by week."""
    start = TruncDate("requested_at") if period.days <= 45 else TruncDate(TruncWeek("requested_at"))
    rows = (
        requested_in(tickets, period)
        .filter(STANDING)
        .values(start=start)
        .annotate(
            median_response=Percentile(RESPONSE, 0.5),
            slow_response=Percentile(RESPONSE, 0.9),
            median_resolution=Percentile(RESOLUTION, 0.5),
            slow_resolution=Percentile(RESOLUTION, 0.9),
        )
        .order_by("start")
    )
    return [Times(**row) for row in rows]


class Age(NamedTuple):
    """Tickets to do that were asked for in these days; None is open-ended."""

    first: date | None
    last: date | None
    tickets: int


def backlog_by_age(tickets: TicketQuerySet) -> list[Age]:
    """What is to do now, by how many days ago it was asked for."""
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
    """What one person has to do now, was given and resolved in a period, and how long that took."""

    open_now: int
    given: int
    resolved: int
    median_resolution: timedelta | None


def load_by_member(tickets: TicketQuerySet, period: Period) -> dict[int | None, Load]:
    """By the key of the assignee; None is nobody."""
    open_now = _counted(tickets.to_do().values_list("assignee"))
    given = _counted(requested_in(tickets, period).filter(STANDING).values_list("assignee"))
    resolved = {
        assignee: (count, median)
        for assignee, count, median in resolved_in(tickets, period)
        .values_list("assignee")
        .annotate(count=Count("pk"), median=Percentile(RESOLUTION, 0.5))
        .order_by()
    }
    return {
        key: Load(open_now.get(key, 0), given.get(key, 0), *resolved.get(key, (0, None)))
        for key in {*open_now, *given, *resolved}
    }


def _counted(rows: Iterable[Any]) -> dict[Any, int]:
    return dict(rows.annotate(Count("pk")).order_by())  # type: ignore[attr-defined]


def tickets_of(team: Any, course: Course | int | str | None) -> TicketQuerySet:
    """Where every figure starts: the team's tickets, of one course or NONE if so asked, as the inbox finds them."""
    tickets = Ticket.objects.for_team(team)
    if not course:
        return tickets.alias(is_call=Value(True))
    value: Any = None if course == NONE else course
    is_theirs = Q(course=value) if value else Q(course__isnull=True)
    is_call = Case(When(is_theirs, then=True), default=False)
    return tickets.filter(about(team, "course", value)).alias(is_call=is_call)
