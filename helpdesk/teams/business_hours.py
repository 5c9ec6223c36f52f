"""When a team works, and by when it has answered: a target runs only while the team is open.

Hours are kept as JSON, for each weekday on which the team works: `{"monday": {"from": "09:00", "to": "18:00"}, …}`, in
the team's zone; a day that is not there is off, and “24:00” is the end of the day. Holidays are not known.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = "24:00"  # the end of a day
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
DAY = timedelta(days=1)

BusinessHours = dict[str, dict[str, str]]


def usual_hours() -> BusinessHours:
    """The hours of a new team: Monday to Friday, 9 to 18."""
    return {day: {"from": "09:00", "to": "18:00"} for day in WEEKDAYS[:5]}


def validate_business_hours(value: Any) -> None:
    """Raise ValidationError where it is no week as described above, or one without any day."""
    if not isinstance(value, dict) or not value or not set(value) <= set(WEEKDAYS):
        raise ValidationError(_("Choose at least one day."))
    for hours in value.values():
        if not isinstance(hours, dict) or set(hours) != {"from", "to"} or not all(hours.values()):
            raise ValidationError(_("Fill in both times."))
        if not all(isinstance(hour, str) and HOUR.fullmatch(hour) for hour in hours.values()):
            raise ValidationError(_("Enter times like 09:00."))
        if hours["from"] >= hours["to"]:
            raise ValidationError(_("The end must be after the start."))


def respond_by(requested_at: datetime, target_hours: int, hours: BusinessHours, zone: zoneinfo.ZoneInfo) -> datetime:
    """When somebody who asked then has to be answered (UTC): a moment of the team's hours, when the target has run out.

    Every 24 hours of the target are one working day, as long as the team's are on average; fewer are as many working
    hours, and at most one day. So “24 hours” means the same hour of the next working day, as it does to those who
    work at all hours.
    """
    left = working_time(target_hours, hours)
    for opens, closes in open_periods(requested_at, hours, zone):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("there is always another week")


def working_time(target_hours: int, hours: BusinessHours) -> timedelta:
    """How long the team has to be open until this target has run out."""
    lengths = [_minutes(day["to"]) - _minutes(day["from"]) for day in hours.values()]
    working_day = timedelta(minutes=sum(lengths) // len(lengths))
    days, rest = divmod(target_hours, 24)
    return days * working_day + min(timedelta(hours=rest), working_day)


def open_periods(start: datetime, hours: BusinessHours, zone: zoneinfo.ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """The periods (UTC) in which the team is open, from `start` on, without end."""
    start = start.astimezone(UTC)
    day = start.astimezone(zone).date()
    while True:
        if of_day := hours.get(WEEKDAYS[day.weekday()]):
            opens = max(start, _moment(day, of_day["from"], zone))
            # An hour that is there twice ends with the second; one that is skipped is over before it.
            closes = _moment(day, of_day["to"], zone, fold=1)
            if opens < closes:
                yield opens, closes
        day += DAY


def _moment(day: date, hour: str, zone: zoneinfo.ZoneInfo, fold: int = 0) -> datetime:
    """That hour of that day in the zone, in UTC; midnight is where the next day begins."""
    if hour == MIDNIGHT:
        return _moment(day + DAY, "00:00", zone)
    return datetime.combine(day, time.fromisoformat(hour), zone).replace(fold=fold).astimezone(UTC)


def _minutes(hour: str) -> int:
    """The time as minutes since midnight."""
    return int(hour[:2]) * 60 + int(hour[3:])
