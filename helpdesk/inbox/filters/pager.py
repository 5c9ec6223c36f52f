"""The pages of the inbox's list, and the tickets before and after one in it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import IntegerField, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.inbox import search
from helpdesk.inbox.counts import COUNTED_AT_MOST, MAX_ROWS, capped, count_up_to_cap
from helpdesk.inbox.filters.ticket_filter import TicketFilter
from helpdesk.tickets.models import INBOX_ORDER, Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.tickets.tags import read_tags
from helpdesk.ui.composed import TIME, ComposedQuery
from helpdesk.ui.keyset import Order, Place, read_place, write_place

PAGE_SIZE = 25
BEFORE, AFTER, FIRST = range(3)


class Page(NamedTuple):
    """Some tickets, and the query string of the next page, or an empty string.

    On the first page of a search, `found` is the number of results, which is exact up to COUNTED_AT_MOST.
    """

    tickets: list[Ticket]
    next_query: str
    found: int | None = None

    @property
    def found_label(self) -> str:
        """The number of results, in words; empty if it is not known, or is zero, which the page says elsewhere."""
        if not self.found:
            return ""
        if self.found > COUNTED_AT_MOST:
            return _("%(count)s+ tickets found") % {"count": COUNTED_AT_MOST}
        return ngettext("%(count)s ticket found", "%(count)s tickets found", self.found) % {"count": self.found}


def page_of(ticket_filter: TicketFilter, size: int = PAGE_SIZE) -> Page:
    """The page that the query's `after` asks for; the first one if that is invalid."""
    place = read_place(ticket_filter.data.get("after", ""), ticket_filter.order, Ticket)
    if ticket_filter.is_search:
        return _page_of_search(ticket_filter, place, size)
    if ticket_filter.is_plain and place is None and size == PAGE_SIZE:
        found = _FIRST_PAGE.objects(team=ticket_filter.team.pk)
        read_tags(found)
        return _page(ticket_filter, found, size)
    return _page(
        ticket_filter,
        list(ticket_filter.order.after(ticket_filter.tickets, place).with_row_relations()[: size + 1]),
        size,
    )


def _to_do(team: int) -> TicketQuerySet:
    """The tickets of the plain inbox: those to do, without other filters."""
    return INBOX_ORDER.sort(Ticket.objects.for_team(team).to_do())


_FIRST_PAGE = ComposedQuery(lambda team: _to_do(team).select_related("learner")[: PAGE_SIZE + 1])


def _page_of_search(ticket_filter: TicketFilter, place: Place | None, size: int) -> Page:
    most = size if place else max(size, COUNTED_AT_MOST)
    rows = ticket_filter.order.after(ticket_filter.unsearched, place)
    places = search.nearest_places(rows, ticket_filter.search_conditions, most + 1, ticket_filter.order)
    page = _page(
        ticket_filter, list(ticket_filter.order.sort(search.tickets_at(places[: size + 1])).with_row_relations()), size
    )
    return page if place else page._replace(found=len(places))


def _page(ticket_filter: TicketFilter, found: list[Ticket], size: int) -> Page:
    """A page of the first `size` tickets; one more in `found` means that there is a next page."""
    if len(found) <= size:
        return Page(found, "")
    return Page(found[:size], ticket_filter.query(after=write_place(ticket_filter.order.place_of(found[size - 1]))))


def count_found(ticket_filter: TicketFilter) -> str:
    """How many tickets match now, “100+” if there are more; searches run as they do for a page."""
    if ticket_filter.is_search:
        conditions, order = ticket_filter.search_conditions, ticket_filter.order
        return capped(len(search.nearest_places(ticket_filter.unsearched, conditions, MAX_ROWS, order)))
    return count_up_to_cap(ticket_filter.tickets)


def head_of(ticket_filter: TicketFilter) -> list[tuple[int, int]]:
    """The primary keys and numbers of the first COUNTED_AT_MOST + 1 tickets, in the filter's order."""
    if ticket_filter.is_plain:
        return _HEAD.rows(team=ticket_filter.team.pk)
    if ticket_filter.is_search:
        places = search.nearest_places(
            ticket_filter.unsearched, ticket_filter.search_conditions, COUNTED_AT_MOST + 1, ticket_filter.order
        )
        return list(ticket_filter.order.sort(search.tickets_at(places)).values_list("pk", "number"))
    return list(ticket_filter.tickets.values_list("pk", "number")[: COUNTED_AT_MOST + 1])


_HEAD = ComposedQuery(lambda team: _to_do(team).values_list("pk", "number")[: COUNTED_AT_MOST + 1])


def adjacent_numbers(ticket_filter: TicketFilter, ticket: Ticket) -> tuple[int | None, int | None]:
    """The numbers of the tickets before and after this one in the list, or None.

    The last ticket is followed by the first, unless it is the only one.
    """
    if ticket_filter.is_plain and not ticket.sending_failed_at:
        found = dict(
            _ADJACENT.rows(team=ticket.team_id, ticket=ticket.pk, rank=ticket.inbox_rank, since=ticket.waiting_since)
        )
        return found.get(BEFORE), found.get(AFTER, found.get(FIRST))
    order, place = ticket_filter.order, ticket_filter.order.place_of(ticket)
    before = _first(ticket_filter, order.reverse, place, ticket)
    after = _first(ticket_filter, order, place, ticket) or _first(ticket_filter, order, None, ticket)
    return before.number if before else None, after.number if after else None


def _adjacent(team: int, ticket: int, rank: int, since: datetime = TIME) -> QuerySet[Ticket, tuple[int, int]]:
    others, place = _to_do(team).exclude(pk=ticket), (True, rank, since, ticket)
    ways = {BEFORE: INBOX_ORDER.before(others, place), AFTER: INBOX_ORDER.after(others, place), FIRST: others}
    before, *rest = [rows.values_list(Value(way, IntegerField()), "number")[:1] for way, rows in ways.items()]
    return before.union(*rest, all=True)


_ADJACENT = ComposedQuery(_adjacent)


def _first(ticket_filter: TicketFilter, order: Order, place: Place | None, but: Ticket) -> Ticket | None:
    """The first ticket after the place in this order, other than `but`; only its number is read."""
    if not ticket_filter.is_search:
        return order.sort(order.after(ticket_filter.unsearched.exclude(pk=but.pk), place)).only("number").first()
    rows = order.after(ticket_filter.unsearched.exclude(pk=but.pk), place)
    # The same query as for a page, for which the database has a good plan.
    return (
        search.tickets_at(search.nearest_places(rows, ticket_filter.search_conditions, PAGE_SIZE + 1, order)[:1])
        .only("number")
        .first()
    )
