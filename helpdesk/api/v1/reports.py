"""`/reports`: the figures on the report pages."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from rest_framework import serializers

from helpdesk.api.framework.fields import KeyOrNoneField
from helpdesk.api.framework.operations import operation
from helpdesk.api.framework.parameters import QuerySerializer
from helpdesk.api.framework.problems import InvalidQuery
from helpdesk.api.framework.views import TeamView
from helpdesk.api.v1.report_serializers import (
    AgeRows,
    CourseRows,
    DayRows,
    HourRows,
    LessonRows,
    LoadRows,
    SummaryReport,
    TagRows,
    TimesRows,
)
from helpdesk.reports import metrics
from helpdesk.reports.figures import COURSES, LESSONS, REQUESTS, TAGS, Figure
from helpdesk.reports.forms import LONGEST, PeriodForm
from helpdesk.reports.team_figures import TeamFigures, repeatable_read
from helpdesk.teams.roles import Permission
from helpdesk.tickets.periods import Period


class PeriodQuery(QuerySerializer):
    """The days to report on, in the team's time zone, including the first and the last; at most a year."""

    first = serializers.DateField(required=False, help_text="The first day.")
    last = serializers.DateField(required=False, help_text="The last day; the default is today.")
    days = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=LONGEST,
        help_text="Number of days if `first` is not given; the default is 30.",
    )
    course = KeyOrNoneField(
        required=False, help_text="Only the tickets of this course; `none`: of no course in particular."
    )


class ReportView(TeamView):
    """What the views of figures share."""

    tag = "reports"
    permissions = {"GET": Permission.TICKET_VIEW}

    def asked(self) -> tuple[TeamFigures, Period]:
        """The figures and the period that the parameters ask for. Raises InvalidQuery."""
        data = QueryDict(mutable=True)
        data.update({name: str(value) for name, value in self.query.items() if name != "course"})
        form = PeriodForm(data, self.team)
        if form.errors:
            raise InvalidQuery.of_form(form.errors)
        return TeamFigures(self.team, self.query.get("course")), form.period

    def most_first(self, name: str, figure: Figure) -> dict[str, Any]:
        """A row for each key of the figure, most requested first."""
        figures, period = self.asked()
        rows = [{name: key, "requests": count} for key, count in figures.by_key(figure, period).items()]
        return {"results": sorted(rows, key=lambda row: (-row["requests"], row[name] or 0))}


class SummaryView(ReportView):
    """The figures of the period and of the one before."""

    @operation("report_summary", "Summary of a period", query=PeriodQuery, response=SummaryReport)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Returns the main figures of the period, and those of the period of the same length before it."""
        figures, period = self.asked()
        found = {"now": metrics.summary_of(figures, period), "before": metrics.summary_of(figures, period.before)}
        return {name: summary._asdict() for name, summary in found.items()}


class DaysView(ReportView):
    """The report on requests by day."""

    @operation("report_days", "Requests by day", query=PeriodQuery, response=DayRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the requests of each day of the period."""
        figures, period = self.asked()
        counts = figures.by_day(REQUESTS, period)
        return {"results": [{"day": day, "requests": counts.get(day, 0)} for day in period.dates()]}


class TimesView(ReportView):
    """The report on response and resolution times."""

    @operation("report_times", "Response and resolution times", query=PeriodQuery, response=TimesRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Returns medians by day; for periods over 45 days, by week."""
        return {"results": [row._asdict() for row in metrics.times_by_start(*self.asked())]}


class CoursesView(ReportView):
    """The report on requests by course."""

    @operation("report_courses", "Requests by course", query=PeriodQuery, response=CourseRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the requests of the period by course, the most requested first."""
        return self.most_first("course", COURSES)


class LessonsView(ReportView):
    """The report on requests by lesson."""

    @operation("report_lessons", "Requests by lesson", query=PeriodQuery, response=LessonRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the requests of the period by lesson, the most requested first."""
        return self.most_first("lesson", LESSONS)


class TagsView(ReportView):
    """The report on requests by tag."""

    @operation("report_tags", "Requests by tag", query=PeriodQuery, response=TagRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the requests of the period by tag, the most used first; a request counts once for each of its tags."""
        return self.most_first("tag", TAGS)


class BacklogView(ReportView):
    """The report on unfinished requests by age."""

    @operation("report_backlog", "Open requests by age", query=PeriodQuery, response=AgeRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the requests to do right now, whatever the period; snoozed ones are left out."""
        return {"results": [age._asdict() for age in metrics.backlog_by_age(self.asked()[0].tickets)]}


class LoadView(ReportView):
    """The report on work by member."""

    @operation("report_members", "Work by member", query=PeriodQuery, response=LoadRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Returns what each member had to do and did in the period; members without work are left out."""
        loads = metrics.load_by_member(*self.asked())
        rows = [{"member": member, **load._asdict()} for member, load in loads.items()]
        return {"results": sorted(rows, key=lambda row: row["member"] or 0)}


class HoursView(ReportView):
    """The report on requests by hour of the week."""

    @operation("report_hours", "Requests by hour of the week", query=PeriodQuery, response=HourRows)
    @repeatable_read()
    def get(self, request: Any) -> dict[str, Any]:
        """Counts the requests by weekday and hour; hours without requests are left out."""
        counts = metrics.requests_by_hour(*self.asked())
        rows = [{"weekday": day, "hour": hour, "requests": count} for (day, hour), count in sorted(counts.items())]
        return {"results": rows}
