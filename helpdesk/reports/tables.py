"""Tables of figures, for the page and for spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format

from helpdesk.ui.charts import Chart
from helpdesk.ui.templatetags.ui import short_duration

LEVELS = 5


@dataclass(frozen=True)
class Cell:
    """One figure: as the page shows it, as the CSV holds it, and the inbox's question for the tickets behind it.

    A name leads to a page of its own, whose `path` is below the team's.
    """

    text: str
    value: Any
    query: str = ""
    level: int = 0
    share: int | None = None
    path: str = ""


@dataclass
class Table:
    """Figures under their headings; `name` is its part of the CSV's address."""

    name: str
    title: str
    note: str
    headings: list[str]
    rows: list[list[Cell]]
    charts: list[Chart] = field(default_factory=list)


def word(text: Any, query: str = "", path: str = "") -> Cell:
    """A cell with a word."""
    return Cell(str(text), str(text), query, path=path)


def number(value: int, query: str = "") -> Cell:
    """A count, which leads to what it counts."""
    return Cell(number_format(value, force_grouping=True), value, query if value else "")


def span(value: timedelta | None) -> Cell:
    """A time; in the CSV in minutes."""
    return Cell("–", "") if value is None else Cell(short_duration(value), round(value.total_seconds() / 60))


def with_share(cell: Cell, most: int) -> Cell:
    """The count with its share of the largest, in per cent, for a bar behind it."""
    return Cell(cell.text, cell.value, cell.query, share=round(cell.value * 100 / most) if most else 0)


def with_level(cell: Cell, value: int, most: int) -> Cell:
    """The count with its level among LEVELS of shade, 0 for none."""
    return Cell(cell.text, cell.value, cell.query, -(-value * LEVELS // most) if most else 0)
