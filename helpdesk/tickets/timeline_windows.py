"""The parts in which a long timeline is shown: the newest, and each what came before the one that is shown.

A part is told by moments alone, so that events and messages, which are two tables, have the same limits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.ui.composed import KEYS, TIME, ComposedQuery

SHOWN = 100  # moments: a message is two, itself and the event that tells of it
YEARS = range(2000, 2200)  # in which a name may lie
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)  # what stands for no limit
# At most this long between a message and its event, except for an e-mail that was filed late, which tells it by itself.
APART = timedelta(seconds=2)


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

    def events(self, tickets: list[int]) -> list[TicketEvent]:
        """Those of these tickets within, and those behind that may tell of a message within; the oldest first."""
        before = self.before + APART if self.before else LATEST
        return _EVENTS.objects(tickets=tickets, since=self.since or EARLIEST, before=before)

    def messages(self, tickets: list[int], reader: int | None) -> list[Message]:
        """What was written on these tickets within, as far as the reader of this key sees it; the oldest first."""
        return _MESSAGES.objects(
            tickets=tickets, reader=reader or 0, since=self.since or EARLIEST, before=self.before or LATEST
        )


ALL = Window()


def _events(tickets: list[int] = KEYS, since: datetime = TIME, before: datetime = TIME) -> QuerySet[TicketEvent]:
    events = TicketEvent.objects.filter(ticket__pk__any_of=tickets, created_at__gte=since, created_at__lt=before)
    return events.order_by("created_at", "pk")


def _messages(
    reader: int, tickets: list[int] = KEYS, since: datetime = TIME, before: datetime = TIME
) -> QuerySet[Message]:
    messages = Message.objects.filter(ticket__pk__any_of=tickets, created_at__gte=since, created_at__lt=before)
    return messages.shown_to(reader).order_by("created_at", "pk")


_EVENTS, _MESSAGES = ComposedQuery(_events), ComposedQuery(_messages)


def window_before(ticket: Ticket, requests: Iterable[Ticket], name: str = "") -> Window:
    """The newest part, or the one before that which bears this name; what is no name counts as none."""
    before = _moment(name)
    here = [ticket.pk, *(request.pk for request in requests)]
    moments = [moment for (moment,) in _MOMENTS.rows(tickets=here, before=before or LATEST)]
    return Window(moments[SHOWN - 1] if len(moments) > SHOWN else None, before)


def _moments(tickets: list[int] = KEYS, before: datetime = TIME) -> QuerySet[Any, Any]:
    """The newest, of which there are one more than are shown where there is more."""
    found = [
        model.objects.filter(ticket__pk__any_of=tickets, created_at__lt=before)
        .order_by("-created_at")
        .values_list("created_at")[: SHOWN + 1]
        for model in (TicketEvent, Message)
    ]
    return found[0].union(found[1], all=True).order_by("-created_at")[: SHOWN + 1]


_MOMENTS = ComposedQuery(_moments)


def _moment(name: str) -> datetime | None:
    try:
        moment = parse_datetime(name)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year in YEARS else None
