"""Template tags of the reports."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from helpdesk.reports.tables import Cell
from helpdesk.ui.isolation import isolated

register = template.Library()


@register.simple_tag
def figure(cell: Cell, inbox_url: str, *, is_name: bool = False) -> SafeString:
    """A cell's text, linked to its tickets or page; not a template, because a year has fifteen hundred cells."""
    text = isolated(cell.text) if is_name else cell.text
    if not cell.query and not cell.path:
        return conditional_escape(text)
    query = f"?{cell.query}" if cell.query else ""
    css = 'class="link" ' if is_name else ""
    return format_html('<a {}href="{}{}{}">{}</a>', SafeString(css), inbox_url, cell.path, query, text)
