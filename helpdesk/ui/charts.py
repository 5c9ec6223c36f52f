"""Charts drawn on the server as SVG that the stylesheet colours: no script, no style of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree

import pygal
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 640, 220
MOST_LABELS = 8
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
        "margin_bottom": 4,
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
            for text in axis.iter("text"):
                if text.text and text.text.isdigit() and int(text.text) < len(labels):
                    text.text = labels[int(text.text)]
