"""The rows of a list in groups by urgency, if the list is sorted by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.inbox.rows import FAILED, FAILED_GROUP, REPLIED_GROUP, Listing, Row, rows_of
from helpdesk.tickets.learner_context import LearnerContext
from helpdesk.tickets.models import PAUSED_STATUSES, Status, Ticket, Urgency

URGENCY_TONES = {Urgency.URGENT: "late", Urgency.HIGH: "soon"}
URGENCIES = {urgency.value: (urgency.label, URGENCY_TONES.get(urgency, "")) for urgency in Urgency}
OVERDUE = (gettext_lazy("Past due"), "late")
REPLIED = (pgettext_lazy("learners", "Wrote back"), "")


@dataclass(frozen=True)
class Group:
    """Rows of the same urgency under a heading; lists in other orders have one group without a heading."""

    label: Any
    tone: str
    rows: list[Row]
    count: str
    urgency: int | str = ""
    is_new: bool = False


def groups_of(
    tickets: list[Ticket],
    contexts: dict[int, LearnerContext],
    listing: Listing,
    *,
    by_urgency: bool = False,
    last_count: str = "",
) -> list[Group]:
    """The tickets' rows in groups, in the order of the tickets; `contexts` are by the ticket's primary key.

    In a list of paused tickets, the waiting group's heading is the list's title; it has none if it is the only group.

    `last_count` is the count of the last group if that continues after these tickets.
    """
    group_numbers = {ticket.number: _group_number(ticket) for ticket in tickets} if by_urgency else {}
    groups: dict[tuple[Any, str, int | str], list[Row]] = {}  # by heading, its tone, and the number of the group
    rows = rows_of(tickets, contexts, listing, group_numbers=group_numbers)
    for ticket, row in zip(tickets, rows, strict=True):
        number = group_numbers.get(ticket.number)
        key: tuple[Any, str, int | str] = ("", "", "")
        if number is not None:
            key = (*_heading(number, row, listing.state), number)
        groups.setdefault(key, []).append(row)
    counts = [str(len(group)) for group in groups.values()]
    if last_count:
        counts[-1] = last_count
    is_only_waiting = [number for _label, _tone, number in groups] == [Urgency.WAITING]
    says_again = is_only_waiting and listing.state in PAUSED_STATUSES
    return [
        Group("" if says_again else label, tone, group, count, number)
        for ((label, tone, number), group), count in zip(groups.items(), counts, strict=True)
    ]


def new_group(rows: list[Row]) -> Group:
    """Tickets that arrived while somebody looked at the list; shown first so that they are seen."""
    return Group(gettext_lazy("Just in"), "", rows, str(len(rows)), is_new=True)


def _group_number(ticket: Ticket) -> int:
    if ticket.sending_failed_at:
        return FAILED_GROUP
    return REPLIED_GROUP if ticket.has_replied else ticket.urgency


def _heading(number: int, row: Row, state: str) -> tuple[Any, str]:
    """The heading above a row of the group with this number, in a list with this state, and its tone."""
    if number in {FAILED_GROUP, REPLIED_GROUP}:
        return FAILED if number == FAILED_GROUP else REPLIED
    if number == Urgency.WAITING and state in PAUSED_STATUSES:
        return Status(state).label, ""
    if number == Urgency.NORMAL and row.is_overdue:
        return OVERDUE
    return URGENCIES[number]
