"""When a team works, and by when it should answer: a response target runs only while the team is open.

Hours are stored as JSON, in the team's time zone, for each weekday on which it works:
`{"monday": {"from": "09:00", "to": "18:00"}, …}`. Missing days are off; “24:00” is the end of the day. Holidays are not
considered.
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
    """Raises ValidationError if it is not a week as described above, or has no days."""
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
    """By when a request from this time should be answered (UTC): when the target has run out, within business hours.

    Every full 24 hours of the target count as one working day of the team's average length; remaining hours count as
    working hours, at most one working day. So “24 hours” means the same time on the next working day, as it does for a
    team that is always open.
    """
    left = working_time(target_hours, hours)
    for opens, closes in open_periods(requested_at, hours, zone):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise AssertionError("there is always another week")


def working_time(target_hours: int, hours: BusinessHours) -> timedelta:
    """How long the team has to be open until the target has run out."""
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
            # When clocks change, a closing time that occurs twice is the second; a skipped one is before the change.
            closes = _moment(day, of_day["to"], zone, fold=1)
            if opens < closes:
                yield opens, closes
        day += DAY


def _moment(day: date, hour: str, zone: zoneinfo.ZoneInfo, fold: int = 0) -> datetime:
    """This time of this day in the zone, in UTC; MIDNIGHT is the beginning of the next day."""
    if hour == MIDNIGHT:
        return _moment(day + DAY, "00:00", zone)
    return datetime.combine(day, time.fromisoformat(hour), zone).replace(fold=fold).astimezone(UTC)


def _minutes(hour: str) -> int:
    """The time as minutes since midnight."""
    return int(hour[:2]) * 60 + int(hour[3:])
