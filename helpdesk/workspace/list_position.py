"""Where a ticket stands in the list that it was opened from, and the tickets before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.inbox.counts import COUNTED_AT_MOST
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import adjacent_numbers, head_of
from helpdesk.tickets.models import Ticket
from helpdesk.ui.capped_counts import capped_label


@dataclass(frozen=True)
class ListPosition:
    """The numbers of the tickets before and after, or None, and the position in words (“3 of 39”).

    Beyond the cap the words say that it is further down; they are empty if the ticket is not in the list.
    """

    previous_number: int | None
    next_number: int | None
    words: str = ""

    @property
    def above(self) -> str:
        """The number of the ticket above, as forms send it: 0 if there is none."""
        return str(self.previous_number or 0)


def list_position_of(ticket_filter: TicketFilter, ticket: Ticket, above: int | None = None) -> ListPosition:
    """The ticket's position in the list.

    Reads the head of the list in one query; a ticket that is not in the head costs one more, or three if there are
    filters.

    The last ticket is followed by the first, unless it is the only one.

    `above` is the number of the ticket above it on the screen, 0 if it is the first. The ticket stays below that one,
    even if a change means that the list, once reloaded, has it elsewhere or not at all.
    """
    head = head_of(ticket_filter)
    is_whole = len(head) <= COUNTED_AT_MOST  # the head has one more if the list goes on
    total = capped_label(len(head), COUNTED_AT_MOST)
    others = [number for pk, number in head if pk != ticket.pk]
    # Places count from 0; a ticket that is not in the head is beyond it.
    own_place = next((place for place, (pk, _number) in enumerate(head) if pk == ticket.pk), COUNTED_AT_MOST)
    numbers_above = [0, *others]  # of the ticket above each place
    place = numbers_above.index(above) if above in numbers_above else own_place
    is_listed = own_place < COUNTED_AT_MOST or (not is_whole and _is_in(ticket_filter, ticket))
    words = _words(place, total) if is_listed else ""
    is_next_in_head = place + 1 < COUNTED_AT_MOST or (place + 1 == COUNTED_AT_MOST and is_whole)
    if not is_next_in_head:
        return ListPosition(*adjacent_numbers(ticket_filter, ticket), words)
    following = others[place:] or others[:place]  # after the last ticket comes the first
    return ListPosition(others[place - 1] if place else None, following[0] if following else None, words)


def _words(place: int, total: str) -> str:
    if place >= COUNTED_AT_MOST:
        return _("after the first %(count)s") % {"count": COUNTED_AT_MOST}
    return _("%(place)s of %(total)s") % {"place": place + 1, "total": total}


def _is_in(ticket_filter: TicketFilter, ticket: Ticket) -> bool:
    """Whether the ticket is in the list; False for searches, since checking would search everything."""
    if ticket_filter.is_plain:
        return ticket.is_to_do
    return not ticket_filter.is_search and ticket_filter.unsearched.filter(pk=ticket.pk).exists()
