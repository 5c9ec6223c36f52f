"""The form of a report: which days, and which course."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course
from helpdesk.inbox.fields import CourseFilterField, DateInput
from helpdesk.teams.models import Team
from helpdesk.tickets.periods import Period
from helpdesk.ui.filters import FilterForm

LONGEST = 366  # days
EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)  # leaves room for the period before, and for the day after
PRESETS = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("1 year"))]


class DayField(forms.DateField):
    """A day that a report can cover; the error contains the field's label, because it is shown below all fields."""

    def to_python(self, value: Any) -> date | None:
        """The day. Raises ValidationError."""
        day: date | None = super().to_python(value)
        if day and not EARLIEST <= day <= LATEST:
            earliest, latest = (date_format(limit, "SHORT_DATE_FORMAT") for limit in (EARLIEST, LATEST))
            raise forms.ValidationError(
                _("“%(field)s” has to be a day from %(earliest)s to %(latest)s."),
                params={"field": self.label, "earliest": earliest, "latest": latest},
            )
        return day


class PeriodForm(FilterForm):
    """The period, as first and last day or as a number of days, and a course."""

    first = DayField(label=_("From"), required=False, widget=DateInput)
    last = DayField(label=_("To"), required=False, widget=DateInput)
    course = CourseFilterField(Course.objects.none(), label=_("Course"), required=False, empty_label=_("All courses"))
    days = forms.IntegerField(required=False, min_value=1, max_value=LONGEST, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, team: Team) -> None:
        super().__init__(data)
        self.fields["course"].offer(team)  # type: ignore[attr-defined]
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or is too long to compare."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and data.get("days"):
            self.add_error("days", _("Give either the first day or the number of days, not both."))
        elif first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        elif first and not last and "last" not in self.errors and first > timezone.localdate():
            self.add_error("first", _("This day is in the future, and a report without a last day ends today."))
        elif first and ((last or timezone.localdate()) - first).days >= LONGEST:
            self.add_error("last" if last else "first", _("A report covers at most a year."))
        return data

    @property
    def period(self) -> Period:
        """The period of a form without errors; by default the last 30 days."""
        today, data = timezone.localdate(), self.cleaned_data
        last = data.get("last") or today
        first = data.get("first") or last - timedelta(days=(data.get("days") or 30) - 1)
        return Period(first, last)

    @property
    def only_course(self) -> Course | str | None:
        """The course that the report is limited to, or NONE for no specific one; None for all courses."""
        return self.cleaned_data.get("course")

    @property
    def course_value(self) -> str:
        """The value of `course` in the page's address; empty for all courses."""
        course = self.only_course
        return str(course.pk) if isinstance(course, Course) else course or ""

    @property
    def query(self) -> str:
        """The query string of this report."""
        query = QueryDict(mutable=True)
        query["first"], query["last"] = str(self.period.first), str(self.period.last)
        if self.course_value:
            query["course"] = self.course_value
        return query.urlencode()
