"""The form in which a team says when it works."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.business_hours import HOUR, MIDNIGHT, WEEKDAYS, BusinessHours, validate_business_hours
from helpdesk.ui.forms import send_along_what_is_shown

DAY_BEGINS = "00:00"  # what browsers use for the end of a day, too
OFFERED = {"from": "09:00", "to": "18:00"}  # initial times of a day off


class BusinessHoursForm(forms.Form):
    """For each weekday, whether the team works, and from when until when."""

    def __init__(self, *args: Any, hours: BusinessHours, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = hours
        for number, day in enumerate(WEEKDAYS):
            of_day = hours.get(day, OFFERED)
            name = WEEKDAY_NAMES[number]
            self.fields[day] = forms.BooleanField(label=name, required=False, initial=day in hours)
            self.fields[f"{day}_from"] = _hour_field(format_lazy(_("{day}, from"), day=name), of_day["from"])
            self.fields[f"{day}_to"] = _hour_field(format_lazy(_("{day}, to"), day=name), of_day["to"])
        send_along_what_is_shown(self)

    @property
    def days(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each weekday's checkbox with its two times."""
        return [(self[day], self[f"{day}_from"], self[f"{day}_to"]) for day in WEEKDAYS]

    def clean(self) -> dict[str, Any]:
        """Put the week together as `hours`; times of days off are ignored.

        Fields that were not changed here take the team's current values.
        """
        data: dict[str, Any] = super().clean() or {}
        for name in set(data) - set(self.changed_data):
            data[name] = self.get_initial_for_field(self.fields[name], name)
        self.hours: BusinessHours = {}
        for day in WEEKDAYS:
            if data.get(day):
                self._clean_day(day, data)
            else:
                for end in ("from", "to"):
                    self.errors.pop(f"{day}_{end}", None)
        if not any(data.get(day) for day in WEEKDAYS):
            self.add_error(None, _("Choose at least one day."))
        return data

    def _clean_day(self, day: str, data: dict[str, Any]) -> None:
        if self.has_error(f"{day}_from") or self.has_error(f"{day}_to"):
            return
        opens, closes = data.get(f"{day}_from", ""), data.get(f"{day}_to", "")
        of_day = {"from": opens, "to": MIDNIGHT if closes == DAY_BEGINS else closes}
        try:
            validate_business_hours({day: of_day})
        except ValidationError as error:
            self.add_error(f"{day}_to" if HOUR.fullmatch(opens) else f"{day}_from", error)
        else:
            self.hours[day] = of_day

    @property
    def is_change(self) -> bool:
        """Whether the hours differ from the team's current ones."""
        return self.hours != self.before


def _hour_field(label: Any, hour: str) -> forms.CharField:
    widget = forms.TextInput({"type": "time"})
    return forms.CharField(
        label=label, required=False, initial=DAY_BEGINS if hour == MIDNIGHT else hour, max_length=20, widget=widget
    )
