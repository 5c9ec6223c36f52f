"""Subscribers to the history, which are called with each event after its commit.

A room that builds on this one registers a subscriber in its AppConfig.ready(); this room imports none of them. The
publisher calls it with stored events, in the order of their positions, within its own transaction, so subscribers must
be quick, and enqueue jobs for everything slow. They are called at least once for each event; a failed event is retried
on its own, and then arrives out of order.
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
_acting: ContextVar[str] = ContextVar("acting", default="")  # the subscriber whose job is running

Subscriber = Callable[[Sequence[TicketEvent]], None]


@dataclass(frozen=True)
class Subscription:
    """A subscriber, the kinds of events that it gets (None for all), and the kinds that its jobs record."""

    subscriber: Subscriber
    kinds: frozenset[str] | None = None
    causes: frozenset[str] = frozenset()

    def takes(self, kind: str) -> bool:
        """Whether the subscriber gets events of this kind."""
        return self.kinds is None or kind in self.kinds

    def leads_to(self, other: Subscription) -> bool:
        """Whether the other subscriber gets events that this one causes."""
        return any(other.takes(kind) for kind in self.causes)


_SUBSCRIBERS: dict[str, Subscription] = {}


def register_subscriber(
    name: str, subscriber: Subscriber, *, kinds: Collection[str] | None = None, causes: Collection[str] = ()
) -> None:
    """Have this called with every event of these kinds, or of all kinds; jobs that retry an event contain the name.

    A subscriber cannot change tickets itself, because that would hold up the publisher: it enqueues a job, which makes
    the change within `acting_for(name)`. `causes` declares the kinds of events that the job records, and of those that
    follow automatically. Raises ImproperlyConfigured if these would call the subscriber again, directly or through
    others, and so without end.
    """
    _SUBSCRIBERS[name] = Subscription(subscriber, None if kinds is None else frozenset(kinds), frozenset(causes))
    if circle := _circle_through(name):
        del _SUBSCRIBERS[name]
        raise ImproperlyConfigured(f"Subscribers to the history would call each other without end: {circle}")


def _circle_through(name: str) -> str:
    """The names on a path from this subscriber's events back to itself; empty if there is none."""
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
    """Within this, change tickets as a job of this subscriber, which may record only the kinds that it `causes`."""
    token = _acting.set(name)
    try:
        yield
    finally:
        _acting.reset(token)


def notify_subscribers(events: Sequence[TicketEvent]) -> None:
    """Call all subscribers. If one fails, the others and the publisher continue, and jobs retry its events."""
    for name, subscription in _SUBSCRIBERS.items():
        wanted = [event for event in events if subscription.takes(event.kind)]
        if not wanted or _can_take(name, wanted):
            continue
        for event in wanted:
            if len(wanted) == 1 or not _can_take(name, [event]):
                app.configure_task("tickets.notify_subscriber").defer(name=name, event_id=event.pk)


def notify_subscriber(name: str, event_id: int) -> None:
    """Call a subscriber with one event, unless that has been deleted. Raises what the subscriber raises."""
    with transaction.atomic():
        event = TicketEvent.objects.filter(pk=event_id).first()
        if event:
            _call(name, [event])


def refuse_loop(kinds: Collection[str]) -> None:
    """Raise RuntimeError if a subscriber records events, or if its job records kinds that it does not declare."""
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
