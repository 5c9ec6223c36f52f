"""Walking through a question's tickets: page by page, and from one to the next."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.inbox import search
from helpdesk.inbox.filters.ticket_filter import TicketFilter
from helpdesk.tickets.models import Ticket
from helpdesk.ui.keyset import Place, read_place, write_place

PAGE_SIZE = 50


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
    if (text := question.value("q")) and not question.errors:
        return _page_of_search(question, text, place, size)
    return _page(question, list(question.order.after(question.tickets, place).with_row_relations()[: size + 1]), size)


def _page_of_search(question: TicketFilter, text: str, place: Place | None, size: int) -> Page:
    most = size if place else max(size, search.COUNTED)
    rows = question.order.after(question.unsearched, place)
    places = search.newest_places(rows, question.team, text, most + 1)
    page = _page(question, list(search.at(places[: size + 1]).with_row_relations()), size)
    return page if place else page._replace(found=len(places))


def _page(question: TicketFilter, found: list[Ticket], size: int) -> Page:
    """Of one ticket more than it shows, where there is one."""
    if len(found) <= size:
        return Page(found, "")
    return Page(found[:size], question.query(after=write_place(question.order.place_of(found[size - 1]))))


def next_after(question: TicketFilter, ticket: Ticket) -> Ticket | None:
    """The ticket that follows this one in the list, or else the first one; None where it is the only one."""
    tickets = question.tickets.exclude(pk=ticket.pk)
    return question.order.after(tickets, question.order.place_of(ticket)).first() or tickets.first()


def previous_to(question: TicketFilter, ticket: Ticket) -> Ticket | None:
    """The ticket that comes before this one in the list, if any."""
    return question.order.before(question.tickets, question.order.place_of(ticket)).first()
