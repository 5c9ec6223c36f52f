"""Who learns of every fact of a ticket's history, once it is committed.

A room that builds on this one registers a subscriber in its AppConfig.ready(); this room knows none of them. The
publisher calls it with stored events, in the order of their positions, in its own transaction: so it does little, and
leaves what takes long to jobs. It is called for each event at least once; what it could not take is tried again by
itself, and then comes out of order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar

from django.db import transaction
from procrastinate.contrib.django import app

from helpdesk.tickets.models import TicketEvent

logger = logging.getLogger(__name__)

_called: ContextVar[str] = ContextVar("called", default="")  # the subscriber that is being called

Subscriber = Callable[[Sequence[TicketEvent]], None]
_SUBSCRIBERS: dict[str, Subscriber] = {}


def register_subscriber(name: str, subscriber: Subscriber) -> None:
    """Have this called with every event; the name stands in the jobs that try it again.

    It cannot change a ticket: that would hold the publisher up, and be an event that calls it again, without end. What
    is to change one is a job, enqueued for certain kinds of events, whose own changes record none of these kinds.
    """
    _SUBSCRIBERS[name] = subscriber


def notify_subscribers(events: Sequence[TicketEvent]) -> None:
    """Call each of them; where one fails, the others and the publisher go on, and a job tries its events again."""
    for name in _SUBSCRIBERS:
        if _can_take(name, events):
            continue
        for event in events:
            if len(events) == 1 or not _can_take(name, [event]):
                app.configure_task("tickets.notify_subscriber").defer(name=name, event_id=event.pk)


def notify_subscriber(name: str, event_id: int) -> None:
    """Call one of them with one event, unless its ticket is gone. Raises what the subscriber raises."""
    with transaction.atomic():
        event = TicketEvent.objects.filter(pk=event_id).first()
        if event:
            _call(name, [event])


def refuse_within_subscriber() -> None:
    """Raise RuntimeError while a subscriber is being called."""
    if name := _called.get():
        raise RuntimeError(f"{name} follows events, and so may change no ticket itself; enqueue a job")


def _call(name: str, events: Sequence[TicketEvent]) -> None:
    token = _called.set(name)
    try:
        _SUBSCRIBERS[name](events)
    finally:
        _called.reset(token)


def _can_take(name: str, events: Sequence[TicketEvent]) -> bool:
    try:
        with transaction.atomic():
            _call(name, events)
    except Exception:
        logger.exception("%s could not take the events %s", name, [event.pk for event in events])
        return False
    return True
