"""Template tags and filters for all rooms; most are functions of `ui/`, which Python code uses as well."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from helpdesk.ui.avatars import avatar, hue, initials
from helpdesk.ui.banners import banners_for
from helpdesk.ui.hours import date_and_time, day_heading, full_date_and_time, hour_of
from helpdesk.ui.icons import icon
from helpdesk.ui.interrupted import Interrupted, take_form
from helpdesk.ui.isolation import isolated, isolated_text
from helpdesk.ui.registered_parts import parts_at
from helpdesk.ui.relative_times import ago, long_duration, waited
from helpdesk.ui.rendering import render_cached, render_part

register = template.Library()
register.filter("hour", hour_of, expects_localtime=True)
register.filter(date_and_time)
register.filter(full_date_and_time)
register.filter(day_heading)
register.filter(waited)
register.filter(ago)
register.filter(long_duration)
register.filter(isolated)
register.filter(isolated_text)
register.filter(initials)
register.filter(hue)
register.simple_tag(icon)
register.simple_tag(avatar)


@register.inclusion_tag("ui/_banners.html")
def banners(membership: Any) -> dict[str, Any]:
    """Show this member's banners."""
    return {"banners": banners_for(membership)}


@register.simple_tag(takes_context=True)
def interrupted_form(context: dict[str, Any]) -> Interrupted | None:
    """The form that was interrupted by a login, shown on the first page after it."""
    return take_form(context["request"])


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
