"""Where a ticket stands in the list that it was opened from, and the tickets before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import COUNTED_AT_MOST, adjacent_numbers, head_of
from helpdesk.tickets.models import Ticket


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
    own = next((place for place, (pk, _number) in enumerate(head) if pk == ticket.pk), COUNTED_AT_MOST)
    others = [number for pk, number in head if pk != ticket.pk]
    at = [0, *others].index(above) if above in {0, *others} else own
    is_whole = len(head) <= COUNTED_AT_MOST
    is_far = at >= COUNTED_AT_MOST or (at + 1 == COUNTED_AT_MOST and not is_whole)
    words = ""
    if own < COUNTED_AT_MOST or (not is_whole and _is_in(ticket_filter, ticket)):
        total = str(len(head)) if is_whole else f"{COUNTED_AT_MOST}+"
        words = _("%(place)s of %(total)s") % {"place": at + 1, "total": total}
        if at >= COUNTED_AT_MOST:
            words = _("after the first %(count)s") % {"count": COUNTED_AT_MOST}
    if is_far:
        return ListPosition(*adjacent_numbers(ticket_filter, ticket), words)
    following = others[at:] or others[:at]
    return ListPosition(others[at - 1] if at else None, following[0] if following else None, words)


def _is_in(ticket_filter: TicketFilter, ticket: Ticket) -> bool:
    """Whether the ticket is in the list; False for searches, since checking would search everything."""
    if ticket_filter.is_plain:
        return ticket.is_to_do
    return not ticket_filter.is_search and ticket_filter.unsearched.filter(pk=ticket.pk).exists()
