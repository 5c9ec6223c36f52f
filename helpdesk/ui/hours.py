"""How hours of the day are written, and days in full."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, pgettext


def hour_of(local: datetime | time) -> str:
    """“9 a.m.”, “6:20 p.m.”; in Portuguese “9h”, “18h20”. The time is that of the zone in which it is read."""
    # Translators: how a full hour is written, in the letters of Django's date formats.
    return time_format(local, pgettext("full hour", "P") if local.minute == 0 else "TIME_FORMAT")


def full_date(local: datetime) -> str:
    """“Monday, November 23”; in Portuguese “segunda-feira, 23 de novembro”. The time is that of the zone
    in which it is read.
    """
    # Translators: a date as in “Monday, November 23”; a format of Django's, whose letters stay as they are.
    day = date_format(local, pgettext("date format", "l, F j"))
    has_capitals = (get_language() or "").startswith("en")  # of our languages, this one alone writes days with them
    return day if has_capitals else day.lower()


def local_deadline(moment: datetime) -> datetime:
    """That moment in the zone in which it is read; what ends with a day ends at 23:59, not on the day after it."""
    local = timezone.localtime(moment)
    return local - timedelta(minutes=1) if (local.hour, local.minute) == (0, 0) else local
