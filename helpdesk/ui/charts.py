"""Charts drawn on the server as SVG that the stylesheet colours: no script, no style of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pygal
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from pygal.style import Style

YEAR = re.compile(r"\W*[Yy]\W*")
WIDTH, HEIGHT = 640, 220
MOST_LABELS = 8
WEEKS = 12
# As large as the stylesheet makes them on a phone, so that there is room for them.
LABELS = Style(label_font_size=18, major_label_font_size=18)
FORBIDDEN = {"defs", "style", "script", "title", "desc"}
Values = Sequence[float | None]


def bar_chart(
    title: str, labels: Sequence[str], series: Sequence[tuple[str, Values]], tell: Callable[[float], str] | None = None
) -> SafeString:
    """Bars for each label, one of each series beside the other; `tell` says a value in words."""
    return _draw(pygal.Bar(**_options(tell, series), margin_right=8, rounded_bars=3), title, labels, series)


def line_chart(
    title: str, labels: Sequence[str], series: Sequence[tuple[str, Values]], tell: Callable[[float], str] | None = None
) -> SafeString:
    """A line for each series; None is a gap."""
    return _draw(pygal.Line(**_options(tell, series), margin_right=8, show_dots=False), title, labels, series)


def weekly_chart(title: str, moments: QuerySet[Any], field: str) -> dict[str, Any] | None:
    """Bars for how many rows fall into each of the last weeks, by the reader's zone; None where none does."""
    monday = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    weeks = [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    rows = moments.filter(**{f"{field}__gte": weeks[0]}).values_list(TruncWeek(field)).annotate(Count("pk"))
    counts = {moment.date(): count for moment, count in rows.order_by()}
    if not counts:
        return None
    labels = [day_and_month(week) for week in weeks]
    values = [counts.get(week.date(), 0) for week in weeks]
    return {"title": title, "drawing": bar_chart(title, labels, [(title, values)])}


def day_and_month(day: date) -> str:
    """As the reader's language writes dates in figures, without the year."""
    return date_format(day, YEAR.sub("", get_format("SHORT_DATE_FORMAT")))


def _options(tell: Callable[[float], str] | None, series: Sequence[tuple[str, Values]]) -> dict[str, Any]:
    highest = max((value or 0 for _name, values in series for value in values), default=0)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "css": [],
        "js": [],
        "show_legend": False,
        "value_formatter": tell or (lambda value: number_format(round(value), force_grouping=True)),
        "range": (0, max(highest, 4)),
        "max_scale": 5,
        "margin": 8,
        "margin_bottom": 14,
        "style": LABELS,
        "show_minor_x_labels": False,
        "truncate_label": -1,
        "no_data_text": "",
    }


def _draw(chart: Any, title: str, labels: Sequence[str], series: Sequence[tuple[str, Values]]) -> SafeString:
    step = max(1, -(-len(labels) // MOST_LABELS))
    # The labels of a chart are places: two of the same name are told apart by where they stand.
    chart.x_labels = list(range(len(labels)))
    chart.x_labels_major = list(range(0, len(labels), step))
    chart.x_value_formatter = lambda place: labels[int(place)]
    for name, values in series:
        chart.add(name, list(values))
    drawing = chart.render_tree()
    _strip(drawing)
    _relabel(drawing, labels)
    body = "".join(ElementTree.tostring(part, encoding="unicode") for part in drawing)
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        WIDTH,
        HEIGHT,
        title,
        mark_safe(body),  # noqa: S308 - drawn from numbers; the labels are escaped by ElementTree
    )


def _strip(node: ElementTree.Element) -> None:
    """Take out what the strict Content-Security-Policy forbids, and the tooltips that want a script."""
    for child in list(node):
        if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in FORBIDDEN:
            node.remove(child)
            continue
        child.tag = child.tag.rpartition("}")[2]
        child.attrib.pop("style", None)
        if {"text-overlay", "tooltip"} & set(child.get("class", "").split()):
            node.remove(child)
        else:
            _strip(child)


def _relabel(drawing: ElementTree.Element, labels: Sequence[str]) -> None:
    for axis in drawing.iter("g"):
        if axis.get("class", "").startswith("axis x"):
            majors = 0
            for text in axis.iter("text"):
                if text.text and text.text.isdigit() and int(text.text) < len(labels):
                    text.text = labels[int(text.text)]
                if text.get("class") == "major":
                    majors += 1
                    text.set("class", "major second" if majors % 2 == 0 else "major")
