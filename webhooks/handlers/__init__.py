"""The registry of event handlers: which function takes which event.

A module of this package registers its functions with `@handles("app.action")`; all modules are imported at the start.
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
    """Register the function for these events. It returns the ticket that it made, if it made one.

    It runs in a savepoint; raising ContentError (or anything else) marks the delivery as failed and undoes its writes.
    It may run more than once for one event, and before or after other events, however they came.
    """

    def register(handler: Handler) -> Handler:
        for event in events:
            if event in _HANDLERS:
                raise ValueError(f"{event} has a handler already: {_HANDLERS[event].__module__}")
            _HANDLERS[event] = handler
        return handler

    return register


def handler_of(event: str) -> Handler | None:
    """The function that takes this event, if there is one."""
    return _HANDLERS.get(event)


def discover() -> None:
    """Import every handler module, so that it registers itself."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
