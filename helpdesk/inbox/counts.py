"""How many tickets the usual views hold, counted no further than a person needs to know."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import IntegerField, QuerySet, Value
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.inbox.states import in_state
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Status, Ticket, Urgency
from helpdesk.tickets.models.inbox_order import RANK
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.composed import ComposedQuery

COUNTED = 100
MOST = COUNTED + 1  # tickets looked at, so that one knows whether there are more


class SidebarItem(NamedTuple):
    """One of the usual views in the side bar, with its filters."""

    name: str
    label: str | Promise
    icon: str
    meaning: str | Promise
    status: str = ""
    assignee: str = ""
    short: str | Promise = ""  # where the label is too long for a line of the side bar

    @property
    def query(self) -> str:
        """The query string of its address."""
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
        short=pgettext_lazy("side bar", "Awaiting learner"),
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
    """The number of tickets in each view by its name, “100+” where there are more; read once for a request."""
    if not hasattr(membership, "_view_counts"):
        counts = dict(_IN_VIEWS.rows(team=membership.team_id, user=membership.user_id))
        membership._view_counts = {view.name: capped(counts.get(place, 0)) for place, view in enumerate(VIEWS)}  # type: ignore[attr-defined]
    view_counts: dict[str, str] = membership._view_counts  # type: ignore[attr-defined]
    return view_counts


def count_as_urgent(tickets: TicketQuerySet, ticket: Ticket) -> str:
    """How many of the unfinished tickets are in the same group of urgency as this one; “100+” where there are more."""
    if ticket.sending_failed_at:
        return count_up_to_cap(tickets.filter(sending_failed_at__isnull=False))
    alike = tickets.filter(Exact(RANK, ticket.inbox_rank), sending_failed_at__isnull=True)
    if not ticket.has_replied and ticket.urgency == Urgency.NORMAL:
        alike = alike.overdue() if ticket.is_overdue else alike.on_time()
    return count_up_to_cap(alike)


def count_up_to_cap(tickets: TicketQuerySet) -> str:
    """How many these are; “100+” where there are more."""
    return capped(tickets[:MOST].count())


def capped(count: int) -> str:
    """The number as it is shown, of what was counted no further than one beyond the cap."""
    return f"{COUNTED}+" if count > COUNTED else str(count)


def _tickets_in(view: SidebarItem, team: int, user: int) -> TicketQuerySet:
    tickets = in_state(Ticket.objects.for_team(team), view.status or "to_do")
    # In an order that an index has, so that the rows to count are found without a walk through the others.
    if view.assignee:
        return tickets.assigned_to(user if view.assignee == "me" else None).order_by("assignee")
    if view.status == "snoozed":
        return tickets.order_by("snoozed_until")
    return tickets.newest_first() if view.status in {"done", "all"} else tickets.in_inbox_order()


def _tickets_in_views(team: int, user: int) -> QuerySet[Ticket, tuple[int]]:
    """The place of its view for each ticket, as far as they are counted."""
    counted = [
        _tickets_in(view, team, user).values_list(Value(place, output_field=IntegerField()))[:MOST]
        for place, view in enumerate(VIEWS)
    ]
    return counted[0].union(*counted[1:], all=True)


_IN_VIEWS = ComposedQuery(_tickets_in_views, "SELECT place, count(*) FROM ({}) AS counted (place) GROUP BY place")
