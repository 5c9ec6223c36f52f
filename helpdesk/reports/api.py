"""The reports' figures in the API: what the page shows, in numbers. Times are in seconds."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from helpdesk.api.framework.fields import SecondsField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.problems import InvalidQuery
from helpdesk.api.framework.views import TeamView
from helpdesk.reports import figures
from helpdesk.reports.periods import LONGEST, PeriodForm
from helpdesk.teams.roles import Permission
from helpdesk.tickets.periods import Period
from helpdesk.tickets.querysets import TicketQuerySet


class PeriodQuery(QuerySerializer):
    """The days that the figures are about, in the team's zone, both ends included; at most a year."""

    first = serializers.DateField(required=False, help_text="The first day.")
    last = serializers.DateField(required=False, help_text="The last day; the default is today.")
    days = serializers.IntegerField(
        required=False, min_value=1, max_value=LONGEST, help_text="How many, where `first` is not said; else 30."
    )
    course = serializers.IntegerField(required=False, min_value=1, help_text="Only the tickets of this course.")


class SummarySerializer(serializers.Serializer[Any]):
    """The figures of one period."""

    requests = serializers.IntegerField(help_text="All calls for help.")
    tickets = serializers.IntegerField(help_text="Those that stand for themselves.")
    asked_again = serializers.IntegerField(help_text="Tickets whose learner asked more than once.")
    median_response = SecondsField("Half were first answered in less.")
    slow_response = SecondsField("Nine in ten were first answered in less.")
    median_resolution = SecondsField("Half were resolved in less.")
    slow_resolution = SecondsField("Nine in ten were resolved in less.")
    resolved = serializers.IntegerField(help_text="Resolved in these days.")


class SummaryReport(serializers.Serializer[Any]):
    """The figures of these days, and of as many days just before."""

    now = SummarySerializer(help_text="These days.")
    before = SummarySerializer(help_text="The days before.")


class DaySerializer(serializers.Serializer[Any]):
    """One day."""

    day = serializers.DateField(help_text="The day.")
    requests = serializers.IntegerField(help_text="Calls for help on it.")


class TimesSerializer(serializers.Serializer[Any]):
    """How fast the tickets of a day, or of a week, were answered."""

    start = serializers.DateField(help_text="The day, or the Monday.")
    median_response = SecondsField("Half were first answered in less.")
    slow_response = SecondsField("Nine in ten were first answered in less.")
    median_resolution = SecondsField("Half were resolved in less.")
    slow_resolution = SecondsField("Nine in ten were resolved in less.")


class CourseFigures(serializers.Serializer[Any]):
    """One course."""

    course = serializers.IntegerField(allow_null=True, help_text="Its key; null is no course in particular.")
    requests = serializers.IntegerField(help_text="Calls for help.")


class AgeSerializer(serializers.Serializer[Any]):
    """What is to do now, and was asked for between two days."""

    first = serializers.DateField(allow_null=True, help_text="The first of these days; null is open.")
    last = serializers.DateField(allow_null=True, help_text="The last of these days; null is open.")
    tickets = serializers.IntegerField(help_text="How many.")


class LoadSerializer(serializers.Serializer[Any]):
    """What one member has to do and did."""

    member = serializers.IntegerField(allow_null=True, help_text="Their key; null is nobody.")
    open_now = serializers.IntegerField(help_text="To do at this moment.")
    given = serializers.IntegerField(help_text="Asked for in these days, and theirs now.")
    resolved = serializers.IntegerField(help_text="Resolved in these days.")
    median_resolution = SecondsField("Half of those took less.")


class HourSerializer(serializers.Serializer[Any]):
    """One hour of the week."""

    weekday = serializers.IntegerField(help_text="Monday is 1.")
    hour = serializers.IntegerField(help_text="0 to 23.")
    requests = serializers.IntegerField(help_text="Calls for help.")


def rows_of(serializer: type[serializers.Serializer[Any]]) -> Any:
    """A list of such rows in an object, so that it can be added to."""
    name = serializer.__name__.removesuffix("Serializer")
    results = serializer(many=True, help_text="Each row.")
    return type(f"{name}Rows", (serializers.Serializer,), {"__doc__": "The rows.", "results": results})


DayRows, TimesRows, CourseRows = rows_of(DaySerializer), rows_of(TimesSerializer), rows_of(CourseFigures)
AgeRows, LoadRows, HourRows = rows_of(AgeSerializer), rows_of(LoadSerializer), rows_of(HourSerializer)


class FiguresView(TeamView):
    """What the views of figures share."""

    tag = "reports"
    permissions = {"GET": Permission.TICKET_VIEW}

    def asked(self) -> tuple[TicketQuerySet, Period]:
        """The tickets and the days that the parameters mean. Raises InvalidQuery."""
        data = QueryDict(mutable=True)
        data.update({name: str(value) for name, value in self.query.items() if name != "course"})
        form = PeriodForm(data, self.team)
        if form.errors:
            raise InvalidQuery(
                {name: [ErrorDetail(str(text), "invalid") for text in texts] for name, texts in form.errors.items()}
            )
        return figures.tickets_of(self.team, self.query.get("course")), form.period

    def rows(self, serializer: Any, rows: list[Any]) -> Response:
        """The answer."""
        return Response(serializer({"results": rows}).data)


class SummaryView(FiguresView):
    """The head of the report."""

    @operation("report_summary", "Figures of a period", query=PeriodQuery, response=SummaryReport)
    def get(self, request: Any) -> Response:
        """Beside those of as many days before."""
        tickets, period = self.asked()
        found = {"now": figures.summary_of(tickets, period), "before": figures.summary_of(tickets, period.before)}
        return Response(SummaryReport({name: summary._asdict() for name, summary in found.items()}).data)


class DaysView(FiguresView):
    """Requests by day."""

    @operation("report_days", "Requests by day", query=PeriodQuery, response=DayRows)
    def get(self, request: Any) -> Response:
        """Every day of the period."""
        tickets, period = self.asked()
        counts = figures.requests_by_day(tickets, period)
        return self.rows(DayRows, [{"day": day, "requests": counts.get(day, 0)} for day in period.dates()])


class TimesView(FiguresView):
    """Times of response and resolution."""

    @operation("report_times", "Times of response and resolution", query=PeriodQuery, response=TimesRows)
    def get(self, request: Any) -> Response:
        """By day, and for more than 45 days by week."""
        return self.rows(TimesRows, [row._asdict() for row in figures.times_by_start(*self.asked())])


class CoursesView(FiguresView):
    """Requests by course."""

    @operation("report_courses", "Requests by course", query=PeriodQuery, response=CourseRows)
    def get(self, request: Any) -> Response:
        """The most asked about first."""
        counts = figures.requests_by_course(*self.asked())
        rows = [{"course": course, "requests": count} for course, count in counts.items()]
        return self.rows(CourseRows, sorted(rows, key=lambda row: (-row["requests"], row["course"] or 0)))


class BacklogView(FiguresView):
    """What is to do, by age."""

    @operation("report_backlog", "What is to do, by age", query=PeriodQuery, response=AgeRows)
    def get(self, request: Any) -> Response:
        """At this moment, whatever the period; snoozed tickets are left out."""
        return self.rows(AgeRows, [age._asdict() for age in figures.backlog_by_age(self.asked()[0])])


class LoadView(FiguresView):
    """Work by member."""

    @operation("report_members", "Work by member", query=PeriodQuery, response=LoadRows)
    def get(self, request: Any) -> Response:
        """Those who have or had something to do."""
        loads = figures.load_by_member(*self.asked())
        rows = [{"member": member, **load._asdict()} for member, load in loads.items()]
        return self.rows(LoadRows, sorted(rows, key=lambda row: row["member"] or 0))


class HoursView(FiguresView):
    """Requests by hour of the week."""

    @operation("report_hours", "Requests by hour of the week", query=PeriodQuery, response=HourRows)
    def get(self, request: Any) -> Response:
        """Those in which somebody asked."""
        counts = figures.requests_by_hour(*self.asked())
        rows = [{"weekday": day, "hour": hour, "requests": count} for (day, hour), count in sorted(counts.items())]
        return self.rows(HourRows, rows)
