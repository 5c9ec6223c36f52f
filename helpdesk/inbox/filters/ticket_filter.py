"""A filter of the inbox with everything derived from it: the sorted tickets, its title, and its address."""

from __future__ import annotations

import functools
import operator
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.querysets import LAST_ACTIVITY_FIRST
from helpdesk.inbox import search
from helpdesk.inbox.filters.conditions import filtered_tickets
from helpdesk.inbox.filters.form import LAST_ACTIVITY, NEWEST, OLDEST, STATUS_CHOICES, WAIT, TicketFilterForm
from helpdesk.inbox.marking import words_of
from helpdesk.inbox.sidebar import VIEWS, SidebarItem
from helpdesk.tickets.models import INBOX_ORDER
from helpdesk.tickets.querysets import NEWEST_FIRST, TicketQuerySet
from helpdesk.ui.keyset import Order

ORDERS = {
    WAIT: INBOX_ORDER,
    NEWEST: NEWEST_FIRST,
    OLDEST: NEWEST_FIRST.reverse,
    LAST_ACTIVITY: LAST_ACTIVITY_FIRST,
}


class TicketFilter(TicketFilterForm):
    """The filters in an address of the inbox; if one is invalid, no ticket matches."""

    @property
    def is_queue(self) -> bool:
        """Whether this lists unfinished tickets by urgency."""
        return self.sort_order == WAIT

    @property
    def order(self) -> Order:
        """The order of the tickets."""
        return ORDERS[self.sort_order]

    @cached_property
    def words_to_mark(self) -> tuple[str, ...]:
        """The words of the search, which rows mark."""
        return words_of(self.value("q") or "")

    @property
    def tickets(self) -> TicketQuerySet:
        """The tickets that match the filters, in the order of the page."""
        tickets = self.unsearched
        if self.is_search:
            conditions = [condition.by_index for condition in self.search_conditions]
            tickets = tickets.filter(functools.reduce(operator.or_, conditions)) if conditions else tickets.none()
        return self.order.sort(tickets)

    @property
    def is_plain(self) -> bool:
        """Whether no filter is set: the tickets to do by urgency, by far the most frequent request."""
        return not self.criteria

    @property
    def is_search(self) -> bool:
        """Whether there is a search text, and all filters are valid."""
        return bool(self.value("q")) and not self.errors

    @cached_property
    def search_conditions(self) -> list[search.Condition]:
        """The alternative conditions under which a ticket matches the search."""
        return search.conditions(self.team, self.value("q"))

    @property
    def unsearched(self) -> TicketQuerySet:
        """The tickets that match the filters, ignoring the search, unordered; none if a filter is invalid."""
        return self._filtered.all()

    @cached_property
    def _filtered(self) -> TicketQuerySet:
        return filtered_tickets(self)

    @cached_property
    def criteria(self) -> dict[str, str]:
        """The filters that are set, by field, as in the address; invalid ones are kept."""
        return {
            name: ", ".join(self._values_in_address(name))
            for name in self.fields
            if self.value(name) is not None or name in self.errors
        }

    @property
    def unknown_filters(self) -> str:
        """An error that names the parameters that are no filters, such as misspelled ones; empty if there are none."""
        names = ", ".join(sorted(set(self.data) - set(self.fields)))
        return gettext("The inbox has no such filter: %(names)s.") % {"names": names} if names else ""

    def _values_in_address(self, field: str) -> list[str]:
        """The field's values; several if the address repeats it."""
        values: list[str] = self.data.getlist(field)  # type: ignore[attr-defined] # it is a QueryDict
        return values

    @property
    def state_of_all(self) -> str:
        """The state that all its tickets have, "finished" or "snoozed", for bulk changes; empty if they may differ."""
        if self.value("folded"):  # includes merged tickets of any status
            return ""
        return {"done": "finished", "snoozed": "snoozed"}.get(self.state, "")

    @property
    def is_mine(self) -> bool:
        """Whether all its tickets are assigned to the user."""
        return self.user is not None and self.criteria.get("assignee") in {"me", str(self.user.pk)}

    def query(self, *, without: str = "", after: str = "") -> str:
        """The query string of this filter, optionally without one field, or for the page after a place."""
        query = QueryDict(mutable=True)
        for field in self.criteria:
            if field != without:
                query.setlist(field, self._values_in_address(field))
        if after:
            query["after"] = after
        return query.urlencode()

    @property
    def in_query(self) -> str:
        """The query string for tickets' addresses, so that a ticket's page knows the list that it was opened from."""
        query = self.query()
        return f"?{urlencode({'in': query})}" if query else ""

    @cached_property
    def sidebar_item(self) -> SidebarItem | None:
        """The built-in view with the same filters, in any sort order, if there is one."""
        for item in VIEWS:
            wanted = (("status", item.status), ("assignee", item.assignee))
            asked = {name: value for name, value in self.criteria.items() if name != "sort"}
            if asked == {name: word for name, word in wanted if word}:
                return item
        return None

    @property
    def nav(self) -> str:
        """The navigation entry to mark as current; empty if there is none for this filter."""
        return self.sidebar_item.name if self.sidebar_item else ""

    @property
    def title(self) -> Any:
        """The title of the page."""
        if self.sidebar_item:
            return self.sidebar_item.label
        return _("Search") if self.value("q") else dict(STATUS_CHOICES)[self.state]

    @property
    def meaning(self) -> Any:
        """The explanation of the built-in view; empty for other filters."""
        return self.sidebar_item.meaning if self.sidebar_item else ""
