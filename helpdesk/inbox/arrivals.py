"""New and repeated help requests since somebody last looked at a list."""

from __future__ import annotations

from helpdesk.inbox.counts import COUNTED_AT_MOST
from helpdesk.inbox.filters import TicketFilter
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet
from helpdesk.ui.whole_numbers import whole_number


def arrived_since(ticket_filter: TicketFilter, since: str) -> TicketQuerySet:
    """The filter's tickets with a request newer than the ticket with the primary key `since`.

    Looks at no more than COUNTED_AT_MOST requests. Empty if `since` is no primary key.
    """
    newest_seen = whole_number(since)
    if newest_seen is None:
        return Ticket.objects.none()
    came = Ticket.objects.for_team(ticket_filter.team).filter(pk__gt=newest_seen).order_by("pk")
    pairs = came.values_list("pk", "merged_into")[:COUNTED_AT_MOST]
    return ticket_filter.tickets.filter(pk__in={merged_into or pk for pk, merged_into in pairs})
