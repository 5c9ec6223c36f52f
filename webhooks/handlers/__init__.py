"""The registry of event handlers, by the names of events.

A module of this package registers its functions with `@handles("app.action")`; all modules are imported at startup.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpdesk.tickets.models import Ticket
    from webhooks.events import Event
    from webhooks.handlers.records import Records

Handler = Callable[["Records", "Event"], "Ticket | None"]
_HANDLERS: dict[str, Handler] = {}


def handles(*events: str) -> Callable[[Handler], Handler]:
    """Register the function as the handler of these events. It returns the ticket that it created, if any.

    It runs in a savepoint; raising ContentError (or anything else) marks the delivery as failed and undoes its writes.
    It may run more than once for an event, and events may arrive in any order.
    """

    def register(handler: Handler) -> Handler:
        for event in events:
            if event in _HANDLERS:
                raise ValueError(f"{event} has a handler already: {_HANDLERS[event].__module__}")
            _HANDLERS[event] = handler
        return handler

    return register


def handler_of(event: str) -> Handler | None:
    """The function that handles this event, if there is one."""
    return _HANDLERS.get(event)


def discover() -> None:
    """Import every handler module, so that it registers itself."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
