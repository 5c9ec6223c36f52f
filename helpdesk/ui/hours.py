"""How hours of the day are written."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import pgettext


def hour_of(local: datetime) -> str:
    """“9 a.m.”, “6:20 p.m.”; in Portuguese “9h”, “18h20”. The time is that of the zone in which it is read."""
    # Translators: how hours are written, full ones and others, in the letters of Django's date formats.
    return date_format(local, pgettext("full hour", "P") if local.minute == 0 else pgettext("hour and minutes", "P"))
