"""Counts whole days into summaries, and finds those that are valid.

A day is summarized once it is old enough that every later change leaves a StaleMoment (see there). One transaction
removes marks and sets `is_current` to false for their days; another counts a day again. Readers in between see either
the mark or that flag. Transactions of one team take turns. A change that commits while a day is being counted leaves a
mark of its own.
"""

from __future__ import annotations

import zoneinfo
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Value
from django.utils import timezone

from helpdesk.conversations.models import Rating
from helpdesk.operations.clock import database_now
from helpdesk.reports.figures import FIGURES, MEASURES, during
from helpdesk.reports.models import StaleMoment, SummaryCount, SummaryDay, SummaryDurations
from helpdesk.reports.percentiles import Durations, pack_durations, pack_histogram
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet

ALL, NO_COURSE = 0, -1  # scopes, besides primary keys of courses
# Changes of days at least a day old leave marks; a day is only summarized a day later, since a transaction may take
# that long.
SUMMARIZED_AFTER = timedelta(days=2)
LONGEST = timedelta(days=3653)  # maximum age of a day to be summarized
MARKS = 20_000  # the most marks handled in one transaction
ZONES = 4  # time zones per team: its own, and those of most of its members
TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('reports.summaries', %s))"


def scope_of(course: int | None) -> int:
    """The scope of a course's tickets, given its primary key; None is no specific course."""
    return course or NO_COURSE


def zones_of(team: Team) -> list[str]:
    """The time zones in which a team's days are summarized, its own first."""
    zones = User.objects.filter(memberships__team=team).exclude(time_zone="").values_list("time_zone", flat=True)
    others = [zone for zone, _count in Counter(zones.order_by("pk")).most_common()]
    return list(dict.fromkeys([team.time_zone, *others]))[:ZONES]


def current_days(team: Team, zone: str, period: Period) -> dict[int, date]:
    """The valid summaries of a period's days, by primary key."""
    days = SummaryDay.objects.for_team(team).valid()
    days = days.filter(time_zone=zone, day__gte=period.first, day__lte=period.last)
    return dict(days.exclude(Exists(_marks_within(team))).values_list("pk", "day"))


def _marks_within(team: Team) -> Any:
    return StaleMoment.objects.for_team(team).filter(moment__gte=OuterRef("starts_at"), moment__lt=OuterRef("ends_at"))


@transaction.atomic
def invalidate_marked_days(team: Team) -> bool:
    """Mark summaries with stale moments as invalid, and delete those marks; returns whether there were any."""
    _take_turn(team)
    marks = dict(StaleMoment.objects.for_team(team).values_list("pk", "moment")[:MARKS])
    moments = sorted(set(marks.values()))
    if moments:
        days = SummaryDay.objects.for_team(team).filter(is_current=True, ends_at__gt=moments[0])
        stale = [
            pk
            for pk, starts_at, ends_at in days.values_list("pk", "starts_at", "ends_at")
            if bisect_left(moments, starts_at) < bisect_left(moments, ends_at)
        ]
        SummaryDay.objects.filter(pk__in=stale).update(is_current=False)
        StaleMoment.objects.filter(pk__in=marks).delete()
    return bool(marks)


@transaction.atomic
def summarize(team: Team, zone: str, day: date) -> None:
    """Count a whole day, replacing its earlier summary."""
    _take_turn(team)
    with timezone.override(zoneinfo.ZoneInfo(zone)):
        period = Period(day, day)
        now = timezone.now()
        fields = {"starts_at": period.start, "ends_at": period.end, "is_current": True}
        fields |= {"summarized_at": now, "defined_at": now}
        summary, is_new = SummaryDay.objects.update_or_create(team=team, time_zone=zone, day=day, defaults=fields)
        if not is_new:
            SummaryCount.objects.filter(day=summary).delete()
            SummaryDurations.objects.filter(day=summary).delete()
        tickets = Ticket.objects.for_team(team).alias(is_request=Value(True))
        is_busy = tickets.filter(during("requested_at", [period]) | during("resolved_at", [period])).exists()
        if is_busy or Rating.objects.for_team(team).filter(during("created_at", [period])).exists():
            SummaryCount.objects.bulk_create(_counts(summary, tickets, period), batch_size=1_000)
            SummaryDurations.objects.bulk_create(_durations(summary, tickets, period), batch_size=500)


def _counts(summary: SummaryDay, tickets: TicketQuerySet, period: Period) -> Iterator[SummaryCount]:
    for figure in FIGURES:
        counts: Counter[tuple[int, Any, str]] = Counter()
        for course, key, category, count in figure.rows(tickets.filter(during(figure.at, [period])), "course"):
            counts[scope_of(course), key, category] += count
            counts[ALL, key, category] += count
        for (scope, key, category), count in counts.items():
            yield SummaryCount(day=summary, scope=scope, figure=figure.name, key=key, word=category, count=count)


def _durations(summary: SummaryDay, tickets: TicketQuerySet, period: Period) -> Iterator[SummaryDurations]:
    for measure in MEASURES:
        found: defaultdict[tuple[int, Any], list[int]] = defaultdict(list)
        for course, person, values in measure.rows(tickets.filter(during(measure.at, [period])), "course"):
            found[scope_of(course), person] += values
            found[ALL, person] += values
        for (scope, person), values in found.items():
            yield SummaryDurations(
                day=summary,
                scope=scope,
                measure=measure.name,
                person=person,
                histogram=pack_histogram(Durations.of(values).histogram),
                durations=pack_durations(sorted(values)),
            )


def due_days(team: Team) -> Iterator[tuple[str, date]]:
    """Days to summarize, with their time zone, the latest first: invalid ones, then missing ones."""
    for zone in zones_of(team):
        stale = SummaryDay.objects.for_team(team).outdated().filter(time_zone=zone).order_by("-day")
        yield from ((zone, day) for day in stale.values_list("day", flat=True))
        yield from ((zone, day) for day in missing_days(team, zone))


def missing_days(team: Team, zone: str) -> list[date]:
    """Days without a summary since the team's first ticket that are old enough, the latest first."""
    days = summarizable_days(team, zone)
    there = SummaryDay.objects.for_team(team).filter(time_zone=zone)
    if days is None or there.filter(day__gte=days.first, day__lte=days.last).count() == days.days:
        return []
    known = set(there.values_list("day", flat=True))
    return [day for day in reversed(days.dates()) if day not in known]


def summarizable_days(team: Team, zone: str) -> Period | None:
    """The days from the team's first ticket to the last one that is old enough; None if there are none."""
    now, info = database_now(), zoneinfo.ZoneInfo(zone)
    first = Ticket.objects.for_team(team).order_by("requested_at").values_list("requested_at", flat=True).first()
    if first is None:
        return None
    begin = max(first, now - LONGEST).astimezone(info).date()
    end = (now - SUMMARIZED_AFTER).astimezone(info).date() - timedelta(days=1)
    return Period(begin, end) if begin <= end else None


@transaction.atomic
def delete_unread_zones(team: Team) -> None:
    """Delete some summaries in time zones that no member uses any more."""
    _take_turn(team)
    unread = SummaryDay.objects.for_team(team).exclude(time_zone__in=zones_of(team))
    SummaryDay.objects.filter(pk__in=list(unread.values_list("pk", flat=True)[:50])).delete()


def summarize_due(ends_at: datetime) -> int:
    """Apply marks and summarize due days, in turn for each team, until `ends_at`; returns the number of days."""
    queues = []
    for team in Team.objects.order_by("pk"):
        while invalidate_marked_days(team) and timezone.now() < ends_at:
            pass
        delete_unread_zones(team)
        queues.append((team, due_days(team)))
    done = 0
    while queues:
        for team, days in list(queues):
            if timezone.now() >= ends_at:
                return done
            if (due := next(days, None)) is None:
                queues.remove((team, days))
            else:
                summarize(team, *due)
                done += 1
    return done


def _take_turn(team: Team) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, [team.pk])
