"""What there is to do now, by age and by member, and what members resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from helpdesk.reports import metrics
from helpdesk.reports.tables import Table, count_cell, duration_cell, text_cell, with_share
from helpdesk.teams.names import People

if TYPE_CHECKING:
    from helpdesk.reports.report import Report


def backlog(report: Report, within: str) -> Table:
    """The tickets to do now, by age; `within` is the inbox filter of the report, after “&”."""
    ages = metrics.backlog_by_age(report.figures.tickets)
    names = [
        _("Today"),
        _("Yesterday"),
        _("2 to 3 days"),
        _("4 to 7 days"),
        _("8 to 30 days"),
        _("More than 30 days"),
    ]
    most = max(age.tickets for age in ages)
    return Table(
        "backlog",
        _("To do, by age"),
        _("What there is to do right now, by the day it was requested. Snoozed tickets are left out."),
        [_("Asked"), _("Tickets")],
        [
            [text_cell(name), with_share(count_cell(age.tickets, _query_of(age) + within), most)]
            for name, age in zip(names, ages, strict=True)
        ],
    )


def _query_of(age: metrics.Age) -> str:
    parts = [f"requested_from={age.first}" if age.first else "", f"requested_to={age.last}" if age.last else ""]
    return "&".join(part for part in parts if part)


def members(report: Report, within: str, given: str, resolved: str) -> Table:
    """How much each member has to do, and what they resolved.

    `given` and `resolved` are the inbox filters for the tickets of the period and those resolved in it; `within` is
    that of the report, after “&”.
    """
    loads = metrics.load_by_member(report.figures, report.period)
    people = People(report.team, loads)
    names = {key: people.label(key) for key in loads if key}
    order = sorted(loads, key=lambda key: (key is None, names.get(key or 0, "")))
    rows = []
    for key in order:
        who, load = f"&assignee={key or 'none'}", loads[key]
        rows.append(
            [
                text_cell(names[key] if key else _("Nobody")),
                count_cell(load.open_now, f"{who[1:]}{within}"),
                count_cell(load.given, given + who),
                count_cell(load.resolved, resolved + who),
                duration_cell(load.median_resolution),
            ]
        )
    return Table(
        "members",
        _("By member"),
        _("To do now; requested in this period and now theirs; resolved in this period, with the median time."),
        [_("Person"), _("To do now"), _("Requested"), _("Resolved"), _("Resolution, median")],
        rows,
    )
