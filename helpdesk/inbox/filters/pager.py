"""Walking through a question's tickets: page by page, and from one to the next."""

from __future__ import annotations

from typing import NamedTuple

from helpdesk.inbox import search
from helpdesk.inbox.filters.ticket_filter import TicketFilter
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import INBOX_ORDER
from helpdesk.ui.keyset import Place, read_place, write_place

PAGE_SIZE = 50


class Page(NamedTuple):
    """Some tickets, and the query of the next page where there is one."""

    tickets: list[Ticket]
    next_query: str


def page_of(question: TicketFilter, size: int = PAGE_SIZE) -> Page:
    """The page that the query's `after` asks for; the first where it makes no sense."""
    place = _place_in_address(question)
    if (text := question.value("q")) and not question.errors:
        tickets = search.newest(question.order.after(question.unsearched, place), question.team, text, size + 1)
    else:
        tickets = question.order.after(question.tickets, place)
    found = list(tickets.with_row_relations()[: size + 1])
    if len(found) <= size:
        return Page(found, "")
    return Page(found[:size], question.query(after=write_place(INBOX_ORDER.place_of(found[size - 1]))))


def next_after(question: TicketFilter, ticket: Ticket) -> Ticket | None:
    """The ticket that follows this one in the list, or else the first one; None where it is the only one."""
    tickets = question.tickets.exclude(pk=ticket.pk)
    return question.order.after(tickets, question.order.place_of(ticket)).first() or tickets.first()


def previous_to(question: TicketFilter, ticket: Ticket) -> Ticket | None:
    """The ticket that comes before this one in the list, if any."""
    return question.order.before(question.tickets, question.order.place_of(ticket)).first()


def _place_in_address(question: TicketFilter) -> Place | None:
    """An address says a ticket's place in the inbox's order, of which the newest-first order leaves the urgency out."""
    place = read_place(question.data.get("after", ""), INBOX_ORDER, Ticket)
    return place if place is None or question.is_queue else place[1:]
