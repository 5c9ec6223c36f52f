"""The report of a period: its figures as tables, with links to the tickets behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from helpdesk.inbox.period_queries import days_query, requests_query
from helpdesk.reports import conversation_tables, guess_tables, metrics, rankings
from helpdesk.reports.figures import COURSES, LESSONS, REQUESTS, TAGS, Figure
from helpdesk.reports.forms import PeriodForm
from helpdesk.reports.headline import count_headline, duration_headline
from helpdesk.reports.tables import Table, count_cell, duration_cell, text_cell, with_level, with_share
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.teams.models import Team
from helpdesk.teams.names import People
from helpdesk.tickets.periods import Period
from helpdesk.ui.charts import Chart, day_and_month


class Report:
    """All tables of one period, each computed when it is asked for.

    Courses, lessons and tags are limited to those with the most requests, unless the report `is_complete`.
    """

    def __init__(self, team: Team, form: PeriodForm, *, is_complete: bool = False) -> None:
        self.is_complete = is_complete
        self.team, self.period = team, form.period
        self.figures = TeamFigures(team, form.only_course, is_page=not is_complete)
        self._within = f"&course={form.course_value}" if form.course_value else ""

    @property
    def tables(self) -> dict[str, Callable[[], Table]]:
        """The functions that make the tables, by name, in the order of the page."""
        return {
            "days": self.days,
            "times": self.times,
            "courses": self.courses,
            "lessons": self.lessons,
            "tags": self.tags,
            "questions": self.questions,
            "first-reply": self.first_reply,
            "topics": self.topics,
            "guesses": self.guesses,
            "satisfaction": self.satisfaction,
            "backlog": self.backlog,
            "members": self.members,
            "hours": self.hours,
        }

    def _requests(self, period: Period) -> str:
        return requests_query(period) + self._within

    def _tickets(self, period: Period) -> str:
        return f"status=all&{days_query(period)}{self._within}"

    def _resolved(self, period: Period) -> str:
        return f"status=done&{days_query(period, 'resolved')}{self._within}"

    def _rated(self, period: Period) -> str:
        return f"status=all&folded=1&{days_query(period, 'rated')}{self._within}"

    @cached_property
    def summary(self) -> metrics.Summary:
        """The numbers at the top of the report, for its period."""
        return metrics.summary_of(self.figures, self.period)

    @cached_property
    def summary_before(self) -> metrics.Summary:
        """The same numbers for the period before."""
        return metrics.summary_of(self.figures, self.period.before)

    def headline(self) -> list[dict[str, Any]]:
        """The numbers at the top, each with that of the period before."""
        now, before, period = self.summary, self.summary_before, self.period
        return [
            count_headline(
                _("Requests"), now.requests, before.requests, period, self._requests, _("All help requests.")
            ),
            count_headline(
                _("Tickets"), now.tickets, before.tickets, period, self._tickets, _("Repeated requests count as one.")
            ),
            count_headline(
                _("Asked again"),
                now.asked_again,
                before.asked_again,
                period,
                lambda days: f"{self._tickets(days)}&again=1",
                _("Tickets whose learner asked more than once."),
                less_is_good=True,
            ),
            count_headline(_("Resolved"), now.resolved, before.resolved, period, self._resolved, _("In this period.")),
            duration_headline(
                _("First response"),
                now.median_response,
                before.median_response,
                _("Median time until a person first replied."),
            ),
            duration_headline(
                _("Resolution"),
                now.median_resolution,
                before.median_resolution,
                _("Median, for requests made in this period."),
            ),
        ]

    def days(self) -> Table:
        """Requests on each day, next to those of the period before."""
        period, before = self.period, self.period.before
        counts = self.figures.by_day(REQUESTS, period)
        counts_before = self.figures.by_day(REQUESTS, before)
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
                    count_cell(counts.get(day, 0), self._requests(Period(day, day))),
                    text_cell(date_format(then, "SHORT_DATE_FORMAT")),
                    count_cell(counts_before.get(then, 0), self._requests(Period(then, then))),
                ]
                for day, then in reversed(pairs)
            ],
            [Chart(title, labels, series)],
        )

    def times(self) -> Table:
        """How fast tickets were answered and resolved."""
        rows = metrics.times_by_start(self.figures, self.period)
        now = self.summary
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
                    text_cell(_("All"), self._tickets(self.period)),
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

    def courses(self) -> Table:
        """Requests for each course, most first."""
        return self._ranking(lambda _keys: rankings.courses_of(self.team), COURSES, within="")

    def lessons(self) -> Table:
        """Requests from each lesson, most first."""
        return self._ranking(
            lambda keys: rankings.lessons_of(self.team, keys, is_of_one_course=bool(self._within)),
            LESSONS,
        )

    def tags(self) -> Table:
        """Requests with each tag, most first."""
        return self._ranking(lambda keys: rankings.tags_of(self.team, keys), TAGS)

    def questions(self) -> Table:
        """How many questions are known."""
        return conversation_tables.questions(self, self._tickets(self.period))

    def first_reply(self) -> Table:
        """The results of first replies."""
        return conversation_tables.first_reply(self, self._tickets(self.period))

    def topics(self) -> Table:
        """What tickets were about, by course, or by lesson within one course."""
        query = self._tickets(self.period)
        return conversation_tables.topics(self, query, by_lesson=bool(self._within) and self._within != "&course=none")

    def guesses(self) -> Table:
        """How often guessed topics were right."""
        return guess_tables.guesses(self, self._tickets(self.period))

    def satisfaction(self) -> Table:
        """How learners rated the help."""
        return conversation_tables.satisfaction(self, self._rated(self.period))

    def _ranking(
        self,
        subject_of: Callable[[Mapping[Any, int]], rankings.Subject],
        figure: Figure,
        within: str | None = None,
    ) -> Table:
        counts = self.figures.by_key(figure, self.period)
        before = self.figures.by_key(figure, self.period.before)
        return rankings.ranking(
            subject_of(counts),
            counts,
            before,
            self.period,
            within=self._within if within is None else within,
            is_complete=self.is_complete,
        )

    def backlog(self) -> Table:
        """The tickets to do now, by age."""
        ages = metrics.backlog_by_age(self.figures.tickets)
        names = [
            _("Today"),
            _("Yesterday"),
            _("2 to 3 days"),
            _("4 to 7 days"),
            _("8 to 30 days"),
            _("More than 30 days"),
        ]
        most = max(age.tickets for age in ages)
        return Table(
            "backlog",
            _("To do, by age"),
            _("What there is to do right now, by the day it was requested. Snoozed tickets are left out."),
            [_("Asked"), _("Tickets")],
            [
                [text_cell(name), with_share(count_cell(age.tickets, self._backlog(age)), most)]
                for name, age in zip(names, ages, strict=True)
            ],
        )

    def _backlog(self, age: metrics.Age) -> str:
        parts = [f"requested_from={age.first}" if age.first else "", f"requested_to={age.last}" if age.last else ""]
        return "&".join(part for part in parts if part) + self._within

    def members(self) -> Table:
        """How much each member has to do, and what they resolved."""
        loads = metrics.load_by_member(self.figures, self.period)
        people = People(self.team, loads)
        names = {key: people.label(key) for key in loads if key}
        order = sorted(loads, key=lambda key: (key is None, names.get(key or 0, "")))
        rows = []
        for key in order:
            who, load = f"&assignee={key or 'none'}", loads[key]
            rows.append(
                [
                    text_cell(names[key] if key else _("Nobody")),
                    count_cell(load.open_now, f"{who[1:]}{self._within}"),
                    count_cell(load.given, self._tickets(self.period) + who),
                    count_cell(load.resolved, self._resolved(self.period) + who),
                    duration_cell(load.median_resolution),
                ]
            )
        return Table(
            "members",
            _("By member"),
            _("To do now; requested in this period and now theirs; resolved in this period, with the median time."),
            [_("Person"), _("To do now"), _("Requested"), _("Resolved"), _("Resolution, median")],
            rows,
        )

    def hours(self) -> Table:
        """When help requests come: weekday by hour."""
        counts = metrics.requests_by_hour(self.figures, self.period)
        most = max(counts.values(), default=0)
        rows = []
        for day, name in WEEKDAYS.items():
            row = [text_cell(name)]
            for hour in range(24):
                count = counts.get((day + 1, hour), 0)
                query = f"{self._requests(self.period)}&weekday={day + 1}&hour={hour}"
                row.append(with_level(count_cell(count, query), count, most))
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
