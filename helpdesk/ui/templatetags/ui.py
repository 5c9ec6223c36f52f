"""Template tags and filters for all rooms: times, durations, initials, icons."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from helpdesk.ui.banners import banners_for
from helpdesk.ui.charts import day_and_month
from helpdesk.ui.hours import date_and_time, full_date_and_time, hour_of
from helpdesk.ui.interrupted import Interrupted, take_form
from helpdesk.ui.names import isolated, isolated_text
from helpdesk.ui.registered_parts import parts_at
from helpdesk.ui.rendering import render_cached

register = template.Library()
register.filter("hour", hour_of, expects_localtime=True)
register.filter(date_and_time)
register.filter(full_date_and_time)
register.filter(isolated)
register.filter(isolated_text)

HUES = 12
MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)

# Drawn for this product on a 24-pixel grid.
ICONS = {
    "inbox": "M4 13h4l2 3h4l2-3h4M4 13l3-8h10l3 8v6H4z",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0",
    "team": "M9 11a3 3 0 1 0 0-7 3 3 0 0 0 0 7zM3 19a6 6 0 0 1 12 0M16 4.5a3 3 0 0 1 0 6M18 13.5a6 6 0 0 1 3 5.5",
    "plug": "M9 3v5M15 3v5M6 8h12v3a6 6 0 0 1-12 0zM12 17v4",
    "more": "M5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2zM19 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2z",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2",
    "check": "M5 12l5 5 9-11",
    "plus": "M12 5v14M5 12h14",
    "close": "M6 6l12 12M18 6L6 18",
    "alert": "M12 4l9 16H3zM12 10v4M12 17h.01",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "list": "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
    "sparkle": "M12 3l2 6 6 2-6 2-2 6-2-6-6-2 6-2z",
    "hand": "M8 12V6a1.5 1.5 0 0 1 3 0v5M11 10V4.5a1.5 1.5 0 0 1 3 0V11M14 10V6a1.5 1.5 0 0 1 3 0v8"
    "a6 6 0 0 1-11 3l-2.5-4a1.5 1.5 0 0 1 2.5-1.6L8 13",
    "dots": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 12h.01M12 12h.01M16 12h.01",
    "hourglass": "M7 3h10M7 21h10M8 3c0 5 8 5 8 9s-8 4-8 9M16 3c0 5-8 5-8 9s8 4 8 9",
    "chart": "M4 20h16M7 16v-5M12 16V6M17 16v-8",
    "book": "M5 4h6a2 2 0 0 1 2 2v14a2 2 0 0 0-2-2H5zM19 4h-4a2 2 0 0 0-2 2v14a2 2 0 0 1 2-2h4z",
    "learners": "M12 4l10 5-10 5L2 9zM6 11.5V16c3 2.7 9 2.7 12 0v-4.5",
    "tag": "M4 4h8l8 8-8 8-8-8zM8.5 8.5h.01",
    "mail": "M4 6h16v12H4zM4 7l8 6 8-6",
    "chat": "M4 5h16v11H9l-5 4z",
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
    "filter": "M4 6h16M7 12h10M10 18h4",
    "bookmark": "M6 3h12v18l-6-5-6 5z",
    "edit": "M4 20h4L20 8l-4-4L4 16z",
    "link": "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17",
    "out": "M14 4h6v16h-6M10 8l-4 4 4 4M6 12h9",
    "left": "M14.5 6l-6 6 6 6",
    "right": "M9.5 6l6 6-6 6",
    "bolt": "M13 3L5 14h6l-1 7 8-11h-6z",
    "reply": "M9 7l-5 5 5 5M4 12h9a7 7 0 0 1 7 6",
    "down": "M7 10l5 5 5-5",
    "eye": "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6zM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
    "back": "M9 6L4 11l5 5M4 11h10a5 5 0 0 1 0 10h-3",
    "flag": "M6 21V4h11l-2.5 4 2.5 4H6",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "half": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v8M15 9.5v5",
    "play": "M4 5h16v14H4zM10 9l5 3-5 3z",
    "download": "M12 4v10M8 10.5l4 4 4-4M5 19h14",
    "question": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.6 9.4a2.5 2.5 0 1 1 3.6 2.4c-.8.4-1.2.9-1.2 1.7M12 16.6h.01",
    "key": "M8 20a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM11 13l8-8M16 8l3 3M13.5 10.5l2 2",
    "card": "M3.5 6h17v12h-17zM3.5 10h17M7 14.5h3",
    "camera": "M4 8h4l1.5-2.5h5L16 8h4v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z",
    "clip": "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.4 3.4 0 0 1 5 5l-8.5 8.5a1.7 1.7 0 0 1-2.5-2.5L14.5 7.5",
    "glad": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8 14a4.5 4.5 0 0 0 8 0M9 10h.01M15 10h.01",
    "soso": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 15h7M9 10h.01M15 10h.01",
    "sad": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 16a4.5 4.5 0 0 1 7 0M9 10h.01M15 10h.01",
    "offline": "M4 4l16 16M5 12a10 10 0 0 1 5-2.7M19 12a10 10 0 0 0-4.5-2.5M8.5 15.5a5 5 0 0 1 6-.6M12 19h.01",
    "bell": "M6 17v-6a6 6 0 0 1 12 0v6l2 1H4zM10 21h4",
    "door": "M5 20h14M7 20V4h10v16M14 12h.01",
    "star": "M12 4l2.5 5.2 5.5.8-4 4 1 5.6-5-2.7-5 2.7 1-5.6-4-4 5.5-.8z",
    "seal": "M12 14a5 5 0 1 0 0-10 5 5 0 0 0 0 10zM9 13.5l-1 7 4-2.3 4 2.3-1-7",
    "switch": "M7 4L3 8l4 4M3 8h14M17 12l4 4-4 4M21 16H7",
    "merge": "M6 4v4a6 6 0 0 0 6 6h6M14 10l4 4-4 4M6 20v-6",
}


@register.inclusion_tag("ui/_banners.html")
def banners(membership: Any) -> dict[str, Any]:
    """Show this member's banners."""
    return {"banners": banners_for(membership)}


@register.simple_tag(takes_context=True)
def interrupted_form(context: dict[str, Any]) -> Interrupted | None:
    """The form that was interrupted by a login, shown on the first page after it."""
    return take_form(context["request"])


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An icon hidden from screen readers; the text beside it says the same."""
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])


@register.simple_tag
def cached_part(template: str, slug: str = "") -> SafeString:
    """A part that is the same on every page, or on every page of a team; rendered once per language."""
    return _cached_part(template, slug, get_language())


@lru_cache(maxsize=1000)
def _cached_part(template: str, slug: str, language: str | None) -> SafeString:
    return render_to_string(template, {"slug": slug})


@register.filter
def breaking_at(address: str) -> SafeString:
    """An e-mail address with a possible line break at its @."""
    return format_html_join(mark_safe("<wbr>@"), "{}", ((part,) for part in address.rsplit("@", 1)))


@register.filter
def hidden_initial(field: Any) -> SafeString:
    """A field's initial value as a hidden input, for fields whose inputs the template writes one by one."""
    return field.as_hidden(only_initial=True) if field.field.show_hidden_initial else SafeString()


@register.simple_tag
def page_head(theme: str, *, has_scripts: bool = True) -> SafeString:
    """The page's metadata other than its title, in the theme that the person chose."""
    return render_cached("ui/_page_head.html", {"theme": theme, "has_scripts": has_scripts}, {})


@register.simple_tag
def avatar(name: Any, *, is_small: bool = False) -> SafeString:
    """Somebody's initials, in a colour derived from the name."""
    return render_cached("ui/_avatar.html", {"is_small": is_small}, {"hue": hue(name), "initials": initials(name)})


def render_part(context: Context, template: str) -> SafeString:
    """Render a part, to be shown in several places."""
    part: SafeString = get_template(template).template.render(context)  # type: ignore[attr-defined] # Django's own engine
    return part


@register.simple_tag(takes_context=True)
def registered_parts(context: Context, place: str) -> SafeString:
    """What rooms above have registered for this place of the page."""
    parts = []
    for name in parts_at(place):
        with context.push():  # what a part sets is its own, as if it were included
            parts.append(render_part(context, name))
    return SafeString("".join(parts))


@register.simple_block_tag(takes_context=True)
def post_button(
    context: dict[str, Any],
    content: str,
    view: str,
    *args: Any,
    css: str = "",
    query: str = "",
    in_palette: bool = False,
) -> str:
    """A button that posts to a view, given by name, arguments and query; its content is its label.

    Buttons of a ticket that are `in_palette` are also offered in the command palette.
    """
    return render_to_string(
        "ui/_post_button.html",
        {
            "content": mark_safe(content.strip()),  # noqa: S308 - rendered by the template
            "address": reverse(view, args=args) + query,
            "css": css,
            "in_palette": in_palette,
            "csrf_token": context["csrf_token"],
        },
    )


@register.filter
def day_heading(moment: datetime, form: str) -> str:
    """A day in the reader's time zone with its weekday, in a date format: “Terça-feira, 20 de outubro”."""
    day = timezone.localtime(moment)
    return f"{date_format(day, 'l')}, {date_format(day, form)}"


@register.filter
def initials(name: Any) -> str:
    """Initials of the first and last word: “Mariana Ribeiro” is MR; an e-mail address in brackets after the name is
    ignored.
    """
    words = str(name).split()
    words = [word for word in words if not word.startswith("(")] or words
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


@register.filter
def hue(name: Any) -> str:
    """A CSS class with a colour that is always the same for this name."""
    return f"hue-{zlib.crc32(str(name).encode()) % HUES}"


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


@register.filter
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


@register.filter
def waited(moment: datetime) -> SafeString:
    """The time since then, in short form."""
    passed = timezone.now() - moment
    return time_tag(moment, pgettext("waited", "now") if passed < MINUTE else short_duration(passed))


@register.filter
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
