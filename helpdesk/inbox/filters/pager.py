"""Walking through a question's tickets: page by page, and from one to the next."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.inbox import search
from helpdesk.inbox.filters.ticket_filter import TicketFilter
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.keyset import Order, Place, read_place, write_place

PAGE_SIZE = 25


class Page(NamedTuple):
    """Some tickets, and the query of the next page where there is one.

    The first page of a search knows how many there are, counted no further than one beyond search.COUNTED.
    """

    tickets: list[Ticket]
    next_query: str
    found: int | None = None

    @property
    def found_label(self) -> str:
        """How many there are, in words; empty where that is not known."""
        if self.found is None:
            return ""
        if self.found > search.COUNTED:
            return _("%(count)s+ tickets found") % {"count": search.COUNTED}
        return ngettext("%(count)s ticket found", "%(count)s tickets found", self.found) % {"count": self.found}


def page_of(question: TicketFilter, size: int = PAGE_SIZE) -> Page:
    """The page that the query's `after` asks for; the first where it makes no sense."""
    place = read_place(question.data.get("after", ""), question.order, Ticket)
    if question.is_search:
        return _page_of_search(question, place, size)
    return _page(question, list(question.order.after(question.tickets, place).with_row_relations()[: size + 1]), size)


def _page_of_search(question: TicketFilter, place: Place | None, size: int) -> Page:
    most = size if place else max(size, search.COUNTED)
    rows = question.order.after(question.unsearched, place)
    places = search.nearest_places(rows, question.conditions, most + 1, question.order)
    page = _page(question, list(question.order.sort(search.at(places[: size + 1])).with_row_relations()), size)
    return page if place else page._replace(found=len(places))


def _page(question: TicketFilter, found: list[Ticket], size: int) -> Page:
    """Of one ticket more than it shows, where there is one."""
    if len(found) <= size:
        return Page(found, "")
    return Page(found[:size], question.query(after=write_place(question.order.place_of(found[size - 1]))))


def head_of(question: TicketFilter, count: int) -> TicketQuerySet:
    """The first tickets of the question, in its order."""
    if question.is_search:
        places = search.nearest_places(question.unsearched, question.conditions, count, question.order)
        return question.order.sort(search.at(places))
    return question.tickets[:count]


def next_after(question: TicketFilter, ticket: Ticket) -> Ticket | None:
    """The ticket that follows this one in the list, or else the first one; None where it is the only one."""
    place = question.order.place_of(ticket)
    return _first(question, question.order, place, ticket) or _first(question, question.order, None, ticket)


def previous_to(question: TicketFilter, ticket: Ticket) -> Ticket | None:
    """The ticket that comes before this one in the list, if any."""
    return _first(question, question.order.reverse, question.order.place_of(ticket), ticket)


def _first(question: TicketFilter, order: Order, place: Place | None, but: Ticket) -> Ticket | None:
    """The first ticket after the place, in this order, but for one; its number alone is read."""
    if not question.is_search:
        return order.sort(order.after(question.unsearched.exclude(pk=but.pk), place)).only("number").first()
    rows = order.after(question.unsearched.exclude(pk=but.pk), place)
    # Asked for as a page is, for which the database has a good plan.
    return search.at(search.nearest_places(rows, question.conditions, PAGE_SIZE + 1, order)[:1]).only("number").first()
