"""Whether guessed topics were right, for tickets whose topic became known later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from helpdesk.reports import figures
from helpdesk.reports.tables import Cell, Table, count_cell, text_cell, with_share
from helpdesk.tickets.models import QuestionOrigin

if TYPE_CHECKING:
    from helpdesk.reports.report import Report


def guesses(report: Report, query: str) -> Table:
    """How many guesses were right, by who stated the topic: a team may have adopted the guess, a learner has not."""
    counts = report.figures.counts(figures.GUESSES, report.period)

    def of(origin: str, *rightness: int) -> int:
        return sum(counts[right, origin] for right in rightness)

    by_origin = {
        origin: (
            of(origin, figures.WRONG, figures.RIGHT, figures.RIGHT_AT_FIRST),
            of(origin, figures.RIGHT, figures.RIGHT_AT_FIRST),
            of(origin, figures.RIGHT_AT_FIRST),
        )
        for origin in {origin for _right, origin in counts}
    }
    totals = (sum(column) for column in zip(*by_origin.values(), strict=True))
    rows = [_row(_("All"), tuple(totals), query)] if by_origin else []
    rows += [
        _row(origin.label, by_origin[origin.value], f"{query}&question={origin.value}")
        for origin in QuestionOrigin
        if origin.value in by_origin
    ]
    return Table(
        "guesses",
        _("Guesses"),
        _(
            "Tickets from this period for which guesses were shown before the topic was known, and whether it was "
            "among the three."
        ),
        [_("Known from"), _("Tickets"), _("Right"), _("Share"), _("First guess right")],
        rows,
    )


def _row(name: object, counts: tuple[int, ...], query: str) -> list[Cell]:
    known, right, first = counts
    percent, first_percent = (round(count * 100 / known) for count in (right, first))
    return [
        text_cell(name),
        count_cell(known, f"{query}&guess=told"),
        with_share(count_cell(right, f"{query}&guess=right"), known),
        Cell(f"{percent}%", percent),
        Cell(f"{first_percent}%", first_percent),
    ]
