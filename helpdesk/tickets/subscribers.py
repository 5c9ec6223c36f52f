"""Who learns of every fact of a ticket's history, once it is committed.

A room that builds on this one registers a subscriber in its AppConfig.ready(); this room knows none of them. The
publisher calls it with stored events, in the order of their positions, in its own transaction: so it does little, and
leaves what takes long to jobs. It is called for each event at least once; what it could not take is tried again by
itself, and then comes out of order.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from procrastinate.contrib.django import app

from helpdesk.tickets.models import TicketEvent

logger = logging.getLogger(__name__)

_called: ContextVar[str] = ContextVar("called", default="")  # the subscriber that is being called
_acting: ContextVar[str] = ContextVar("acting", default="")  # the subscriber whose job is at work

Subscriber = Callable[[Sequence[TicketEvent]], None]


@dataclass(frozen=True)
class Subscription:
    """A subscriber with the kinds of events that it is given, None for all, and those that its jobs lead to."""

    subscriber: Subscriber
    kinds: frozenset[str] | None = None
    causes: frozenset[str] = frozenset()

    def takes(self, kind: str) -> bool:
        """Whether it is given events of this kind."""
        return self.kinds is None or kind in self.kinds

    def leads_to(self, other: Subscription) -> bool:
        """Whether an event that this one causes is given to the other."""
        return any(other.takes(kind) for kind in self.causes)


_SUBSCRIBERS: dict[str, Subscription] = {}


def register_subscriber(
    name: str, subscriber: Subscriber, *, kinds: Collection[str] | None = None, causes: Collection[str] = ()
) -> None:
    """Have this called with every event of these kinds, or of any; the name stands in the jobs that try it again.

    It cannot change a ticket itself: that would hold the publisher up. What is to change one is a job, which does so
    within `acting_for(name)`; `causes` has the kinds of events that it records, and of those that follow from them
    without anybody's doing. Raises ImproperlyConfigured where these would call the subscriber again, directly or by
    way of others: the two would go on without end.
    """
    _SUBSCRIBERS[name] = Subscription(subscriber, None if kinds is None else frozenset(kinds), frozenset(causes))
    if circle := _circle_through(name):
        del _SUBSCRIBERS[name]
        raise ImproperlyConfigured(f"Subscribers to the history would call each other without end: {circle}")


def _circle_through(name: str) -> str:
    """The names on a way from this subscriber's events back to it; empty where there is none."""
    start, ways = _SUBSCRIBERS[name], [[name]]
    seen = {name}
    while ways:
        way = ways.pop()
        last = _SUBSCRIBERS[way[-1]]
        if last.leads_to(start):
            return " → ".join([*way, name])
        further = [other for other in _SUBSCRIBERS if other not in seen and last.leads_to(_SUBSCRIBERS[other])]
        seen.update(further)
        ways += [[*way, other] for other in further]
    return ""


@contextmanager
def acting_for(name: str) -> Iterator[None]:
    """Change tickets within this as the job of a subscriber, which records no kinds of events but those it `causes`."""
    token = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(token)


def notify_subscribers(events: Sequence[TicketEvent]) -> None:
    """Call each of them; where one fails, the others and the publisher go on, and a job tries its events again."""
    for name, subscription in _SUBSCRIBERS.items():
        wanted = [event for event in events if subscription.takes(event.kind)]
        if not wanted or _can_take(name, wanted):
            continue
        for event in wanted:
            if len(wanted) == 1 or not _can_take(name, [event]):
                app.configure_task("tickets.notify_subscriber").defer(name=name, event_id=event.pk)


def notify_subscriber(name: str, event_id: int) -> None:
    """Call one of them with one event, unless its ticket is gone. Raises what the subscriber raises."""
    with transaction.atomic():
        event = TicketEvent.objects.filter(pk=event_id).first()
        if event:
            _call(name, [event])


def refuse_loop(kinds: Collection[str]) -> None:
    """Raise RuntimeError where events of these kinds cannot be recorded: by a subscriber, or by its job undeclared."""
    if name := _called.get():
        raise RuntimeError(f"{name} follows events, and so may change no ticket itself; enqueue a job")
    if (name := _acting.get()) and (others := set(kinds) - _SUBSCRIBERS[name].causes):
        raise RuntimeError(f"{name} is not registered as the cause of {', '.join(sorted(others))}")


def _call(name: str, events: Sequence[TicketEvent]) -> None:
    token = _called.set(name)
    try:
        _SUBSCRIBERS[name].subscriber(events)
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
