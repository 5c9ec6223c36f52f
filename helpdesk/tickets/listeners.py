"""Who else learns of every fact of a ticket's history, in the transaction in which it happens.

A room that builds on this one registers a listener in its AppConfig.ready(); this room knows none of them. A listener
that raises undoes the change, so it does little: write down what is to be done, and leave the doing to a job.
"""

from __future__ import annotations

from collections.abc import Callable

from helpdesk.tickets.models import Ticket, TicketEvent

Listener = Callable[[Ticket, TicketEvent], None]
_LISTENERS: list[Listener] = []


def register_listener(listener: Listener) -> None:
    """Have this called with the ticket, as it is stored now, and each fact about it."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell_listeners(ticket: Ticket, event: TicketEvent) -> None:
    """To be called in the transaction of the change, after it is written."""
    for listener in _LISTENERS:
        listener(ticket, event)
