"""The sidebar's built-in views, and how many tickets each of them has."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import IntegerField, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.inbox.counts import MAX_ROWS, capped
from helpdesk.inbox.states import in_state
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.composed import ComposedQuery


class SidebarItem(NamedTuple):
    """A built-in view in the sidebar, with its filters."""

    name: str
    label: str | Promise
    icon: str
    meaning: str | Promise
    status: str = ""
    assignee: str = ""
    short: str | Promise = ""  # if the label is too long for a line of the sidebar

    @property
    def query(self) -> str:
        """The query string of the view's address."""
        return "&".join(f"{key}={value}" for key, value in self._asdict().items() if key in FILTERS and value)


FILTERS = ("status", "assignee")
VIEWS = [
    SidebarItem(
        "inbox",
        pgettext_lazy("tickets", "To do"),
        "inbox",
        _("Neither finished nor snoozed. Tickets waiting on someone else count too, and come last."),
    ),
    SidebarItem(
        "new", pgettext_lazy("tickets", "New"), "sparkle", _("With status “New”, including snoozed ones."), "new"
    ),
    SidebarItem("mine", _("Mine"), "person", _("Tickets to do that are assigned to me."), "", "me"),
    SidebarItem("unassigned", _("Unassigned"), "hand", _("Tickets to do that are assigned to nobody."), "", "none"),
    SidebarItem(
        "open",
        pgettext_lazy("tickets", "In progress"),
        "dots",
        _("With status “Open”, including snoozed ones."),
        "open",
    ),
    SidebarItem(
        "pending",
        Status.PENDING.label,
        "hourglass",
        _("With status “Waiting on the learner”, including snoozed ones."),
        "pending",
        short=pgettext_lazy("sidebar", "Awaiting learner"),
    ),
    SidebarItem(
        "snoozed",
        pgettext_lazy("tickets", "Snoozed"),
        "clock",
        _("Unfinished tickets of any status, put off until later."),
        "snoozed",
    ),
    SidebarItem("done", pgettext_lazy("tickets", "Done"), "check", _("Resolved or closed."), "done"),
    SidebarItem(
        "all", pgettext_lazy("tickets", "All"), "list", _("Every ticket except those merged into another."), "all"
    ),
]


def count_views(membership: Membership) -> dict[str, str]:
    """The number of tickets in each view as shown, by view name; cached on the membership."""
    if not hasattr(membership, "_view_counts"):
        counts = dict(_IN_VIEWS.rows(team=membership.team_id, user=membership.user_id))
        membership._view_counts = {view.name: capped(counts.get(place, 0)) for place, view in enumerate(VIEWS)}  # type: ignore[attr-defined]
    view_counts: dict[str, str] = membership._view_counts  # type: ignore[attr-defined]
    return view_counts


def _tickets_in(view: SidebarItem, team: int, user: int) -> TicketQuerySet:
    tickets = in_state(Ticket.objects.for_team(team), view.status or "to_do")
    # Sorted as an index is, so that the database finds the rows to count without reading the others.
    if view.assignee:
        return tickets.assigned_to(user if view.assignee == "me" else None).order_by("assignee")
    if view.status == "snoozed":
        return tickets.order_by("snoozed_until")
    return tickets.newest_first() if view.status in {"done", "all"} else tickets.in_inbox_order()


def _tickets_in_views(team: int, user: int) -> QuerySet[Ticket, tuple[int]]:
    """For each ticket in a view, the view's position in VIEWS; at most MAX_ROWS rows per view."""
    counted = [
        _tickets_in(view, team, user).values_list(Value(place, output_field=IntegerField()))[:MAX_ROWS]
        for place, view in enumerate(VIEWS)
    ]
    return counted[0].union(*counted[1:], all=True)


_IN_VIEWS = ComposedQuery(_tickets_in_views, "SELECT place, count(*) FROM ({}) AS counted (place) GROUP BY place")
