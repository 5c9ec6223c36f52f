"""The inbox's address as a question: from a query string to a queryset, its chips and its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.courses.models import Course
from helpdesk.teams.models import Membership, User
from helpdesk.tickets.models import DONE_STATUSES, Status, Ticket
from helpdesk.tickets.querysets import InboxCursor, TicketQuerySet

PAGE_SIZE = 50
CURSOR = re.compile(r"([01])-(\d{1,17})-(\d{1,18})")

STATUS_CHOICES = [
    ("", pgettext_lazy("tickets", "To do")),
    (Status.NEW, Status.NEW.label),
    (Status.OPEN, Status.OPEN.label),
    (Status.PENDING, Status.PENDING.label),
    (Status.ON_HOLD, Status.ON_HOLD.label),
    ("snoozed", pgettext_lazy("tickets", "Snoozed")),
    ("done", pgettext_lazy("tickets", "Done")),
    ("all", pgettext_lazy("tickets", "All")),
]
NAVS = {
    ("", ""): "inbox",
    ("", "me"): "mine",
    ("", "none"): "unassigned",
    ("pending", ""): "pending",
    ("snoozed", ""): "snoozed",
    ("done", ""): "done",
    ("all", ""): "all",
}


class Chip(NamedTuple):
    """A filter that is on, and the address without it."""

    label: str
    query: str


class Page(NamedTuple):
    """Some tickets, and the query of the next page where there is one."""

    tickets: list[Ticket]
    next_query: str


class TicketFilter(forms.Form):
    """Status, assignee and course; a value that makes no sense is an error of its field and filters nothing."""

    status = forms.ChoiceField(label=_("Status"), choices=STATUS_CHOICES, required=False)
    assignee = forms.ChoiceField(label=_("Assignee"), required=False)
    course = forms.ModelChoiceField(Course.objects.none(), label=_("Course"), required=False, empty_label=_("All"))

    def __init__(self, data: QueryDict, membership: Membership) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.membership = membership
        self.courses = self.fields["course"]
        self.courses.queryset = Course.objects.for_team(membership.team).order_by("title", "pk")  # type: ignore[attr-defined]
        members = User.objects.filter(memberships__team=membership.team).order_by("name", "email")
        self.fields["assignee"].choices = [  # type: ignore[attr-defined]
            ("", _("Everybody")),
            ("me", _("Me")),
            ("none", _("Nobody")),
            *((str(user.pk), str(user)) for user in members if user.pk != membership.user_id),
        ]
        self.full_clean()

    def value(self, field: str) -> Any:
        """The cleaned value, or None where there is none."""
        return self.cleaned_data.get(field) or None

    @property
    def is_queue(self) -> bool:
        """Whether this shows the unfinished, the one waiting longest first; else the newest come first."""
        return self.value("status") not in {"done", "all"}

    @property
    def nav(self) -> str:
        """The entry of the navigation that this question is, if it is one."""
        if self.value("course"):
            return ""
        return NAVS.get((self.value("status") or "", self.value("assignee") or ""), "")

    @property
    def title(self) -> Any:
        """What the page is called."""
        if self.value("status"):
            return dict(STATUS_CHOICES)[self.value("status")]
        if self.value("assignee") == "me":
            return _("Mine")
        if self.value("assignee") == "none":
            return _("Nobody’s")
        return STATUS_CHOICES[0][1]

    @property
    def chips(self) -> list[Chip]:
        """The filters that are on."""
        labels: dict[str, Callable[[Any], Any]] = {
            "status": lambda value: dict(STATUS_CHOICES)[value],
            "assignee": lambda value: dict(self.fields["assignee"].choices)[value],  # type: ignore[attr-defined]
            "course": str,
        }
        return [
            Chip(f"{self.fields[field].label}: {label(self.value(field))}", self._query(without=field))
            for field, label in labels.items()
            if self.value(field)
        ]

    @property
    def tickets(self) -> TicketQuerySet:
        """The tickets that answer the question, in the order of the page."""
        tickets = Ticket.objects.for_team(self.membership.team)
        status = self.value("status")
        if status is None:
            tickets = tickets.unfinished().awake()
        elif status == "snoozed":
            tickets = tickets.unfinished().asleep()
        elif status == "done":
            tickets = tickets.unmerged().filter(status__in=DONE_STATUSES)
        elif status == "all":
            tickets = tickets.unmerged()
        else:
            tickets = tickets.unfinished().filter(status=status)
        if assignee := self.value("assignee"):
            who = {"me": self.membership.user_id, "none": None}.get(assignee, assignee)
            tickets = tickets.filter(assignee=who)
        if course := self.value("course"):
            tickets = tickets.filter(course=course)
        return tickets.in_inbox_order() if self.is_queue else tickets.newest_first()

    def page(self, size: int = PAGE_SIZE) -> Page:
        """The page that the query's `after` asks for; the first where it makes no sense."""
        tickets = self.tickets
        if cursor := _read_cursor(self.data.get("after", "")):
            tickets = tickets.after(cursor) if self.is_queue else tickets.before(cursor)
        found = list(tickets.with_row_relations()[: size + 1])
        return Page(found[:size], self._query(after=_write_cursor(found[size - 1])) if len(found) > size else "")

    def _query(self, *, without: str = "", after: str = "") -> str:
        query = QueryDict(mutable=True)
        for field in self.fields:
            if field != without and self.value(field):
                query[field] = str(self.data.get(field))
        if after:
            query["after"] = after
        return query.urlencode()


def _write_cursor(ticket: Ticket) -> str:
    microseconds = int(ticket.requested_at.timestamp()) * 1_000_000 + ticket.requested_at.microsecond
    return f"{ticket.queue_group}-{max(0, microseconds)}-{ticket.pk}"


def _read_cursor(text: str) -> InboxCursor | None:
    match = CURSOR.fullmatch(text)
    if match is None:
        return None
    group, microseconds, pk = (int(part) for part in match.groups())
    seconds, rest = divmod(microseconds, 1_000_000)
    return InboxCursor(group, datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), pk)
