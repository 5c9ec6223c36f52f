"""Tables of figures, for the page and for spreadsheets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.formats import number_format

from helpdesk.ui.charts import Chart
from helpdesk.ui.relative_times import short_duration

LEVELS = 5


@dataclass(frozen=True)
class Cell:
    """One value, as the page shows it and as the CSV has it, with the inbox filter for the tickets behind it.

    A name may link to a page of its own instead, whose `path` is below the team's.
    """

    text: str
    value: Any
    query: str = ""
    level: int = 0
    share: int | None = None
    path: str = ""


@dataclass
class Table:
    """Rows of cells under headings; `name` is part of the CSV's address."""

    name: str
    title: str
    note: str
    headings: list[str]
    rows: list[list[Cell]]
    charts: list[Chart] = field(default_factory=list)


def text_cell(text: Any, query: str = "", path: str = "") -> Cell:
    """A cell with a text."""
    return Cell(str(text), str(text), query, path=path)


def count_cell(value: int, query: str = "") -> Cell:
    """A cell with a count that links to the counted tickets."""
    return Cell(number_format(value, force_grouping=True), value, query if value else "")


def duration_cell(value: timedelta | None) -> Cell:
    """A cell with a duration, in minutes in the CSV."""
    return Cell("–", "") if value is None else Cell(short_duration(value), round(value.total_seconds() / 60))


def with_share(cell: Cell, most: int) -> Cell:
    """The count with its share of the largest one, in per cent, for a bar behind it."""
    return Cell(cell.text, cell.value, cell.query, share=round(cell.value * 100 / most) if most else 0)


def with_level(cell: Cell, value: int, most: int) -> Cell:
    """The count with its shade, from 0 (none) to LEVELS."""
    return Cell(cell.text, cell.value, cell.query, -(-value * LEVELS // most) if most else 0)
