"""The parts in which a long timeline is shown: the newest, and each what came before the one that is shown.

A part is told by moments alone, so that events and messages, which are two tables, have the same limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from helpdesk.tickets.models import Message, Ticket, TicketEvent

SHOWN = 100  # moments: a message is two, itself and the event that tells of it
YEARS = range(2000, 2200)  # in which a name may lie
APART = timedelta(seconds=2)  # at most, between a message and its event


@dataclass(frozen=True)
class Window:
    """From `since` on, until before `before`; without limit where those are None. `earlier` names the one before it."""

    since: datetime | None = None
    before: datetime | None = None

    @property
    def earlier(self) -> str:
        """As an address says it; empty where nothing came before."""
        return self.since.isoformat() if self.since else ""

    def has(self, moment: datetime) -> bool:
        """Whether it lies within."""
        return (self.since is None or moment >= self.since) and (self.before is None or moment < self.before)

    def events(self, events: QuerySet[TicketEvent]) -> QuerySet[TicketEvent]:
        """Those within, and those behind that may tell of a message within."""
        events = events.filter(created_at__gte=self.since) if self.since else events
        return events.filter(created_at__lt=self.before + APART) if self.before else events

    def messages(self, messages: QuerySet[Message]) -> QuerySet[Message]:
        """Those within."""
        messages = messages.filter(created_at__gte=self.since) if self.since else messages
        return messages.filter(created_at__lt=self.before) if self.before else messages

    def moments(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of the newest rows before its end, as many as one looks at."""
        rows = rows.filter(created_at__lt=self.before) if self.before else rows
        return rows.order_by("-created_at").values_list("created_at", flat=True)[: SHOWN + 1]


ALL = Window()


def window_before(ticket: Ticket, calls: Iterable[Ticket], name: str = "") -> Window:
    """The newest part, or the one before that which bears this name; what is no name counts as none."""
    before = _moment(name)
    here = [ticket, *calls]
    events = Window(before=before).moments(TicketEvent.objects.filter(ticket__in=here))
    messages = Window(before=before).moments(Message.objects.filter(ticket__in=here))
    moments = list(events.union(messages, all=True).order_by("-created_at")[: SHOWN + 1])
    return Window(moments[SHOWN - 1] if len(moments) > SHOWN else None, before)


def _moment(name: str) -> datetime | None:
    try:
        moment = parse_datetime(name)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year in YEARS else None
