"""Formats times of day, and full dates."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, pgettext


def hour_of(local: datetime | time) -> str:
    """“9 a.m.”, “6:20 p.m.”; in Portuguese “9h”, “18h20”. `local` is in the reader's time zone."""
    # Translators: how a full hour is written, in the letters of Django's date formats.
    return time_format(local, pgettext("full hour", "P") if local.minute == 0 else "TIME_FORMAT")


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
