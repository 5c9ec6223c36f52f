"""What came for a list since somebody looked at it: new tickets, and those that were asked for again."""

from __future__ import annotations

from helpdesk.inbox.counts import COUNTED
from helpdesk.inbox.filters import TicketFilter
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.querysets import TicketQuerySet


def arrived_since(question: TicketFilter, since: str) -> TicketQuerySet:
    """The question's tickets for which a request came after the ticket of the key `since`, as far as people count.

    None where that is no key.
    """
    if not (since.isdecimal() and len(since) < 18):
        return Ticket.objects.none()
    came = Ticket.objects.for_team(question.team).filter(pk__gt=since).order_by("pk")
    pairs = came.values_list("pk", "merged_into")[:COUNTED]
    return question.tickets.filter(pk__in={merged_into or pk for pk, merged_into in pairs})
