"""The report of a period: its figures as tables, with links to the tickets behind each number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from helpdesk.inbox.period_query_strings import days_query, requests_query
from helpdesk.reports import conversation_tables, guess_accuracy, metrics, rankings, time_tables, workload_tables
from helpdesk.reports.figures import COURSES, LESSONS, TAGS, Figure
from helpdesk.reports.forms import PeriodForm
from helpdesk.reports.key_figures import count_figure, duration_figure
from helpdesk.reports.tables import Table
from helpdesk.reports.team_figures import TeamFigures
from helpdesk.teams.models import Team
from helpdesk.tickets.periods import Period


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
        """The numbers at the top of the report, for the period before."""
        return metrics.summary_of(self.figures, self.period.before)

    def key_figures(self) -> list[dict[str, Any]]:
        """The numbers at the top, each with that of the period before."""
        now, before, period = self.summary, self.summary_before, self.period
        return [
            count_figure(_("Requests"), now.requests, before.requests, period, self._requests, _("All help requests.")),
            count_figure(
                _("Tickets"), now.tickets, before.tickets, period, self._tickets, _("Repeated requests count as one.")
            ),
            count_figure(
                _("Asked again"),
                now.asked_again,
                before.asked_again,
                period,
                lambda days: f"{self._tickets(days)}&again=1",
                _("Tickets whose learner asked more than once."),
                less_is_good=True,
            ),
            count_figure(_("Resolved"), now.resolved, before.resolved, period, self._resolved, _("In this period.")),
            duration_figure(
                _("First response"),
                now.median_response,
                before.median_response,
                _("Median time until a person first replied."),
            ),
            duration_figure(
                _("Resolution"),
                now.median_resolution,
                before.median_resolution,
                _("Median, for requests made in this period."),
            ),
        ]

    def days(self) -> Table:
        """Requests on each day, next to those of the period before."""
        return time_tables.days(self, self._requests)

    def times(self) -> Table:
        """How fast tickets were answered and resolved."""
        return time_tables.times(self, self._tickets(self.period))

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
        return guess_accuracy.guesses(self, self._tickets(self.period))

    def satisfaction(self) -> Table:
        """How learners rated the help."""
        return conversation_tables.satisfaction(self, self._rated(self.period))

    def backlog(self) -> Table:
        """The tickets to do now, by age."""
        return workload_tables.backlog(self, self._within)

    def members(self) -> Table:
        """How much each member has to do, and what they resolved."""
        return workload_tables.members(self, self._within, self._tickets(self.period), self._resolved(self.period))

    def hours(self) -> Table:
        """When help requests come: weekday by hour."""
        return time_tables.hours(self, self._requests(self.period))

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
