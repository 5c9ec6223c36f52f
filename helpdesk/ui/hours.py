"""Formats times of day, and full dates."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format, get_format, time_format
from django.utils.translation import get_language, pgettext


def hour_of(local: datetime | time) -> str:
    """“9 AM”, “6:20 PM”; in Portuguese “9h”, “18h20”. `local` is in the reader's time zone."""
    return time_format(local, _format_at(local, "TIME_FORMAT"))


def date_and_time(moment: datetime | None) -> str:
    """“11/23/2026 9 AM”, in the reader's time zone; in Portuguese “23/11/2026 9h”. Nothing without one."""
    return _whole(moment, "SHORT_DATETIME_FORMAT")


def full_date_and_time(moment: datetime | None) -> str:
    """“Nov. 23, 2026, 9 AM”, likewise; in Portuguese “23 de novembro de 2026 às 9h”."""
    return _whole(moment, "DATETIME_FORMAT")


def _whole(moment: datetime | None, name: str) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return date_format(local, _format_at(local, name))


def _format_at(local: datetime | time, name: str) -> str:
    """The language's format of this name, without minutes for a full hour."""
    letters = str(get_format(name))
    return letters if local.minute else letters.replace(r"\hi", r"\h").replace(":i", "")


def full_date(local: datetime) -> str:
    """“Monday, November 23”; in Portuguese “segunda-feira, 23 de novembro”. `local` is in the reader's time zone."""
    # Translators: a date as in “Monday, November 23”; a format of Django's, whose letters stay as they are.
    day = date_format(local, pgettext("date format", "l, F j"))
    has_capitals = (get_language() or "").startswith("en")  # English capitalizes days; our other languages don't
    return day if has_capitals else day.lower()


def local_deadline(moment: datetime) -> datetime:
    """The moment in the reader's time zone; one at the end of a day becomes 23:59, rather than 0:00 of the next day."""
    local = timezone.localtime(moment)
    return local - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else local


def day_heading(moment: datetime, form: str) -> str:
    """A day in the reader's time zone with its weekday, in a date format: “Terça-feira, 20 de outubro”."""
    day = timezone.localtime(moment)
    return f"{date_format(day, 'l')}, {date_format(day, form)}"
