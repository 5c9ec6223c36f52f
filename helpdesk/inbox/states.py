"""The states that the inbox's address names, as ticket queries."""

from __future__ import annotations

from helpdesk.tickets.querysets import TicketQuerySet


def in_state(tickets: TicketQuerySet, state: str) -> TicketQuerySet:
    """The tickets in a state: `to_do`, `snoozed`, `done`, `all`, or a status."""
    match state:
        case "to_do":
            return tickets.to_do()
        case "snoozed":
            return tickets.unfinished().snoozed()
        case "done":
            return tickets.done()
        case "all":
            return tickets.unmerged()
    return tickets.unmerged().filter(status=state)
