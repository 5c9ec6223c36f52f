"""Computes the geometry of SVG charts, which `ui/_chart.html` draws and the stylesheet colours."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.formats import date_format, get_format, number_format

YEAR = re.compile(r"\W*[Yy]\W*")
WIDTH, HEIGHT = 640, 208
TOP, BASELINE, RIGHT, MARGIN = 14, 176, 632, 14
CHARACTER_WIDTH = 11  # the width of a digit on a phone, as in the stylesheet, to leave room for labels
BAR_SHARE = 0.78
MOST_LABELS, MOST_STEPS = 8, 5
LEAST_RANGE = 4
RING = "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0"
WEEKS = 12
Values = Sequence[float | None]


def whole_number(value: float) -> str:
    """Format a value for the axis."""
    return number_format(round(value), force_grouping=True)


@dataclass(frozen=True)
class Chart:
    """A line chart: a line per named series over evenly spaced labels; None is a gap. `say` formats a value."""

    title: str
    labels: Sequence[str]
    series: Sequence[tuple[str, Values]]
    say: Callable[[float], str] = whole_number
    width, height, right = WIDTH, HEIGHT, RIGHT

    @property
    def legend(self) -> list[str]:
        """The names of the series, if there are several."""
        return [name for name, _values in self.series] if len(self.series) > 1 else []

    @cached_property
    def _scale(self) -> range:
        """The values on the axis: a few round ones from zero to the maximum, or just above."""
        highest = max((value or 0 for _name, values in self.series for value in values), default=0)
        highest = max(highest, LEAST_RANGE)
        power = 10 ** math.floor(math.log10(highest / MOST_STEPS))
        step = max(1, round(next(power * by for by in (1, 2, 5, 10) if power * by * MOST_STEPS >= highest)))
        return range(0, math.ceil(highest / step) * step + 1, step)

    @cached_property
    def left(self) -> int:
        """The axis's position, leaving room for its longest text."""
        return CHARACTER_WIDTH * max(len(self.say(value)) for value in self._scale) + MARGIN

    def _x(self, place: float) -> float:
        return round(self.left + (self.right - self.left) * (place + 0.5) / len(self.labels), 1)

    def _y(self, value: float) -> float:
        return round(BASELINE - (BASELINE - TOP) * value / self._scale[-1], 1)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        """The height and text of each value on the axis."""
        return [(self._y(value), self.say(value)) for value in self._scale]

    @property
    def dates(self) -> list[tuple[float, str]]:
        """The positions of the labels; only as many as fit."""
        step = max(1, -(-len(self.labels) // MOST_LABELS))
        return [(self._x(place), self.labels[place]) for place in range(0, len(self.labels), step)]

    @property
    def lines(self) -> Iterator[str]:
        """The path of each series."""
        for _name, values in self.series:
            points = ((before, value, place) for before, value, _after, place in _with_neighbors(values))
            yield "".join(
                f"{'M' if before is None else 'L'}{self._x(place)} {self._y(value)}"
                for before, value, place in points
                if value is not None
            )

    @property
    def rings(self) -> Iterator[str]:
        """Dots for values without neighbours, which no line would show."""
        for _name, values in self.series:
            alone = (
                (value, place)
                for before, value, after, place in _with_neighbors(values)
                if value is not None and before is None and after is None
            )
            yield "".join(f"M{self._x(place)} {self._y(value)}{RING}" for value, place in alone)


def _with_neighbors(values: Values) -> Iterator[tuple[float | None, float | None, float | None, int]]:
    return zip([None, *values], values, [*values[1:], None], count(), strict=False)


class Bar(NamedTuple):
    """A bar's position, its value in words, and the address of what it counts, if there is one."""

    left: float
    top: float
    width: float
    height: float
    words: str
    address: str


@dataclass(frozen=True)
class BarChart(Chart):
    """A bar chart of one series; bars above zero link to `addresses`, if given."""

    addresses: Sequence[str] = ()

    @property
    def bars(self) -> list[Bar]:
        """One for each value."""
        width = round((self.right - self.left) / len(self.labels) * BAR_SHARE, 1)
        ((_name, values),) = self.series
        found = []
        addresses = self.addresses or [""] * len(values)
        for place, (label, value, address) in enumerate(zip(self.labels, values, addresses, strict=True)):
            top, words = self._y(value or 0), f"{label}: {self.say(value or 0)}"
            left = self._x(place) - width / 2
            found.append(Bar(left, top, width, BASELINE - top, words, address if value else ""))
        return found


def weekly_chart(
    title: str, moments: QuerySet[Any], field: str, address: Callable[[date, date], str] | None = None
) -> BarChart | None:
    """How many rows fall into each of the last weeks, in the reader's time zone; None if none does.

    `address` makes a bar's link from the week's first and last day.
    """
    monday = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    monday -= timedelta(days=monday.weekday())
    weeks = [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    rows = moments.filter(**{f"{field}__gte": weeks[0]}).values_list(TruncWeek(field)).annotate(Count("pk"))
    counts = {moment.date(): count for moment, count in rows.order_by()}
    if not counts:
        return None
    labels = [day_and_month(week) for week in weeks]
    values = [counts.get(week.date(), 0) for week in weeks]
    days = [(week.date(), week.date() + timedelta(days=6)) for week in weeks]
    return BarChart(title, labels, [(title, values)], addresses=[address(*each) for each in days] if address else [])


def day_and_month(day: date) -> str:
    """A numeric date without the year, as the reader's language writes it."""
    return date_format(day, YEAR.sub("", get_format("SHORT_DATE_FORMAT")))
