"""Durations, and moments told from now: “4 minutes ago”, “tomorrow 9 AM”."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from helpdesk.ui.charts import day_and_month
from helpdesk.ui.hours import date_and_time, hour_of

MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)


def short_duration(duration: timedelta) -> str:
    """Such as “1 d 4 h” or “48 min”, for columns."""
    if duration >= YEAR:
        return _years(duration)
    if duration >= DAY:
        hours = duration % DAY // HOUR
        days = duration // DAY
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours} if days < 10 else _("%s d") % days
    if duration >= HOUR:
        return _("%s h") % (duration // HOUR)
    return _("%s min") % max(0, duration // MINUTE)


def _years(duration: timedelta) -> str:
    years = duration // YEAR
    return ngettext("%s year", "%s years", years) % years


def long_duration(duration: timedelta) -> str:
    """Such as “4 minutes” or “3 days”, for sentences."""
    if duration >= YEAR:
        return _years(duration)
    if duration >= DAY:
        days = duration // DAY
        return ngettext("%s day", "%s days", days) % days
    if duration >= HOUR:
        hours = duration // HOUR
        return ngettext("%s hour", "%s hours", hours) % hours
    minutes = max(1, duration // MINUTE)
    return ngettext("%s minute", "%s minutes", minutes) % minutes


def time_tag(moment: datetime, text: str) -> SafeString:
    """The text, with the exact time in the team's time zone on hover."""
    exact = date_and_time(moment)
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), exact, text)


def waited(moment: datetime) -> SafeString:
    """The time since then, in short form."""
    passed = timezone.now() - moment
    return time_tag(moment, pgettext("waited", "now") if passed < MINUTE else short_duration(passed))


def ago(moment: datetime | None) -> SafeString:
    """The time since then, in words; “never” if there is none."""
    if moment is None:
        return mark_safe(_("never"))  # noqa: S308 - our own word
    passed = timezone.now() - moment
    if passed < timedelta(0):
        return time_tag(moment, _("in %s") % long_duration(-passed))
    if passed < MINUTE:
        return time_tag(moment, _("just now"))
    if passed >= 7 * DAY:
        return time_tag(moment, date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT"))
    return time_tag(moment, _("%s ago") % long_duration(passed))


def short_moment(moment: datetime) -> str:
    """“tomorrow 9 AM”, “Thu 6:20 PM”; a week or more ahead, or before yesterday, only the date: “12/24”."""
    local, today = timezone.localtime(moment), timezone.localdate()
    days = (local.date() - today).days
    if abs(days) >= 300:
        return date_format(local, "SHORT_DATE_FORMAT")
    if not -1 <= days < 7:
        return day_and_month(local)
    day = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get(days) or date_format(local, "D")
    has_capitals = (get_language() or "").startswith("en")
    return f"{day if has_capitals else day.lower()} {hour_of(local)}"


def moment_to_come(moment: datetime) -> SafeString:
    """Such as “tomorrow 9 AM”, with the full date on hover, which screen readers say instead."""
    exact = date_and_time(moment)
    shown = format_html(
        '<span aria-hidden="true">{}</span><span class="sr-only">{}</span>', short_moment(moment), exact
    )
    return time_tag(moment, shown)
