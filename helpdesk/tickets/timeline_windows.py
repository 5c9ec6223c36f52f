"""Windows: the parts in which a long timeline is shown, from the newest back to older ones.

A window is defined by times only, so that the same limits apply to events and messages, which are two tables.
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

SHOWN = 100  # rows per window: a message counts twice, as itself and as its event
YEARS = range(2000, 2200)  # valid years in a window's name
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)  # stand for no limit
# The longest time between a message and its event, except for e-mails that were filed late.
APART = timedelta(seconds=2)


@dataclass(frozen=True)
class Window:
    """From `since` until just before `before`; None is no limit. `earlier` is the name of the previous window."""

    since: datetime | None = None
    before: datetime | None = None

    @property
    def earlier(self) -> str:
        """The name of the previous window, as URLs contain it; empty if nothing came before."""
        return self.since.isoformat() if self.since else ""

    def has(self, moment: datetime) -> bool:
        """Whether this time is within the window."""
        return (self.since is None or moment >= self.since) and (self.before is None or moment < self.before)

    def events(self, tickets: list[int]) -> list[TicketEvent]:
        """The tickets' events within the window and just after it, where a message's event may be; oldest first."""
        before = self.before + APART if self.before else LATEST
        return _EVENTS.objects(tickets=tickets, since=self.since or EARLIEST, before=before)

    def messages(self, tickets: list[int], reader: int | None) -> list[Message]:
        """The tickets' messages within the window that the reader with this primary key may see; oldest first."""
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
    """The window with this `earlier` name; the newest one if the name is empty or invalid."""
    before = _moment(name)
    here = [ticket.pk, *(request.pk for request in requests)]
    moments = [moment for (moment,) in _MOMENTS.rows(tickets=here, before=before or LATEST)]
    return Window(moments[SHOWN - 1] if len(moments) > SHOWN else None, before)


def _moments(tickets: list[int] = KEYS, before: datetime = TIME) -> QuerySet[Any, Any]:
    """The newest times, up to one more than are shown, which tells whether there are more."""
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
