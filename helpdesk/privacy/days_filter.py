"""A filter by days in the active time zone, and the matching query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.ui.filters import FilterForm

EARLIEST, LATEST = date(2000, 1, 1), date(2200, 1, 1)  # limits of the database and time zones


@dataclass(frozen=True)
class Days:
    """A range of time from `begin` until before `end`; None means no limit."""

    begin: datetime | None = None
    end: datetime | None = None

    def of(self, field: str) -> Q:
        """The condition that this field is within the range."""
        since = Q(**{f"{field}__gte": self.begin}) if self.begin else Q()
        return since & (Q(**{f"{field}__lt": self.end}) if self.end else Q())


class DaysFilter(FilterForm):
    """The first and the last day of a list, both included."""

    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """Refuse days that time zones cannot represent."""
        cleaned = super().clean()
        for name in ("first", "last"):
            if (day := cleaned.get(name)) and not EARLIEST <= day <= LATEST:
                self.add_error(name, _("There is nothing on this day."))
        return cleaned

    @property
    def days(self) -> Days:
        """The range that a valid form selects."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return Days(_midnight(first) if first else None, _midnight(last + timedelta(days=1)) if last else None)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
