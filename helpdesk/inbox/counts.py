"""Counts of tickets, no further than a person needs to know."""

from __future__ import annotations

from django.db.models.lookups import Exact

from helpdesk.tickets.models import Ticket, Urgency
from helpdesk.tickets.models.inbox_order import RANK
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.capped_counts import capped_label, count_up_to

COUNTED_AT_MOST = 100  # tickets of a list or a search; further down nobody needs the number
MAX_ROWS = COUNTED_AT_MOST + 1  # rows counted, to see whether there are more than COUNTED_AT_MOST


def count_as_urgent(tickets: TicketQuerySet, ticket: Ticket) -> str:
    """How many of the unfinished tickets are in this one's urgency group; “100+” if there are more."""
    if ticket.sending_failed_at:
        return count_up_to_cap(tickets.filter(sending_failed_at__isnull=False))
    alike = tickets.filter(Exact(RANK, ticket.inbox_rank), sending_failed_at__isnull=True)
    if not ticket.has_replied and ticket.urgency == Urgency.NORMAL:
        alike = alike.overdue() if ticket.is_overdue else alike.on_time()
    return count_up_to_cap(alike)


def count_up_to_cap(tickets: TicketQuerySet) -> str:
    """The number of these tickets; “100+” if there are more."""
    return capped(count_up_to(tickets, COUNTED_AT_MOST))


def capped(count: int) -> str:
    """The number as shown; “100+” for any number above COUNTED_AT_MOST."""
    return capped_label(count, COUNTED_AT_MOST)
