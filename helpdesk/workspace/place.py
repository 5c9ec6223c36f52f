"""Where a ticket stands in the list that it was opened from, and which come before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import COUNTED, around, head_of
from helpdesk.tickets.models import Ticket


@dataclass(frozen=True)
class Place:
    """The numbers of the tickets around, None where there is none, and “3 of 39” in words; empty beyond the cap."""

    previous_number: int | None
    next_number: int | None
    words: str = ""


def place_of(question: TicketFilter, ticket: Ticket) -> Place:
    """One query for the head of the list; a ticket further down, or in no place of it, costs one or two more.

    After the last one comes the first, as long as there is another.
    """
    head = head_of(question)
    at = next((place for place, (pk, _number) in enumerate(head) if pk == ticket.pk), COUNTED)
    is_whole = len(head) <= COUNTED
    if at == COUNTED or (at + 1 == COUNTED and not is_whole):
        return Place(*around(question, ticket))
    others = [number for _pk, number in head]
    following = others[at + 1 :] or others[:at]
    total = str(len(head)) if is_whole else f"{COUNTED}+"
    words = _("%(place)s of %(total)s") % {"place": at + 1, "total": total}
    return Place(others[at - 1] if at else None, following[0] if following else None, words)
