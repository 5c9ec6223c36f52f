"""The calls for help that a ticket stands for."""

from __future__ import annotations

from helpdesk.tickets.models import Ticket


def calls_of(ticket: Ticket) -> list[Ticket]:
    """The tickets folded into this one, and those folded into them, as they were asked."""
    calls: list[Ticket] = []
    above = [ticket] if ticket.request_count > 1 else []
    while above:
        found = list(Ticket.objects.filter(merged_into__in=above))
        above = [call for call in found if call.request_count > 1]
        calls += found
    return sorted(calls, key=lambda call: (call.requested_at, call.pk))
