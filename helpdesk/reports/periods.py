"""The days that a report is about, and the days before them that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course
from helpdesk.teams.models import Team
from helpdesk.tickets.filters import DateInput
from helpdesk.ui.filters import FilterForm

LONGEST = 366  # days
# Days with as many before them and one after.
WITHIN = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
PRESETS = [(7, _("7 days")), (30, _("30 days")), (90, _("90 days")), (365, _("1 year"))]


@dataclass(frozen=True)
class Period:
    """Whole days in the reader's time zone, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """The same number of days just before."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    def dates(self) -> list[date]:
        """Each of its days."""
        return [self.first + timedelta(days=number) for number in range(self.days)]

    def query(self, what: str = "requested") -> str:
        """The inbox's filter for what was requested, or resolved, in these days."""
        return f"{what}_from={self.first}&{what}_to={self.last}"


class PeriodForm(FilterForm):
    """From and to, or the last so many days; and a course."""

    first = forms.DateField(label=_("From"), required=False, widget=DateInput, validators=WITHIN)
    last = forms.DateField(label=_("To"), required=False, widget=DateInput, validators=WITHIN)
    course = forms.ModelChoiceField(
        Course.objects.none(), label=_("Course"), required=False, empty_label=_("All courses")
    )
    days = forms.IntegerField(required=False, min_value=1, max_value=LONGEST, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, team: Team) -> None:
        super().__init__(data)
        courses = Course.objects.for_team(team).order_by("title", "pk")
        self.fields["course"].queryset = courses  # type: ignore[attr-defined]
        self.full_clean()

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, or is too long to compare."""
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("The period ends before it begins."))
        elif first and ((last or timezone.localdate()) - first).days >= LONGEST:
            self.add_error("last" if last else "first", _("A report covers at most a year."))
        return data

    @property
    def period(self) -> Period:
        """What a form without errors asks for."""
        today, data = timezone.localdate(), self.cleaned_data
        last = data.get("last") or today
        first = data.get("first") or last - timedelta(days=(data.get("days") or 30) - 1)
        return Period(min(first, last), last)

    @property
    def only_course(self) -> Course | None:
        """The one course that the report is narrowed to."""
        return self.cleaned_data.get("course")

    @property
    def query(self) -> str:
        """The query string of this report."""
        query = QueryDict(mutable=True)
        query["first"], query["last"] = str(self.period.first), str(self.period.last)
        if self.only_course:
            query["course"] = str(self.only_course.pk)
        return query.urlencode()
