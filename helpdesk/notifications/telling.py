"""Reading the tickets' history, and whom to tell of what.

The history is all that is needed: what changes a ticket, and above all the intake, does not wait for anything here.
What happened within a minute makes one letter of a kind to a person, and what was undone within it makes none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from helpdesk.notifications.models import HistoryCursor, NotificationKind
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import TicketEvent

Event = TicketEvent.Kind

# Longer than the server lets a statement run: no transaction with an earlier event's number is still to be committed.
SETTLING = timedelta(seconds=20)
OUTDATED = timedelta(days=1)  # after a long stop, or an import: nobody wants letters about that
AT_ONCE = 5_000  # events


class Letter(NamedTuple):
    """To whom, about what, and the keys of the tickets, the earliest first."""

    membership_id: int
    kind: NotificationKind
    ticket_ids: list[int]


@transaction.atomic
def read_on(now: datetime | None = None) -> tuple[list[Letter], bool]:
    """The letters for what has happened since the last time, and whether there is more to read.

    To be sent on in the same transaction, so that a letter is neither lost nor made twice.
    """
    now = now or timezone.now()
    cursor = HistoryCursor.objects.select_for_update().first()
    if cursor is None:
        newest = TicketEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        HistoryCursor.objects.get_or_create(pk=1, defaults={"event_id": newest})
        return [], False
    events = list(
        takewhile(
            lambda event: event.created_at <= now - SETTLING,
            TicketEvent.objects.filter(pk__gt=cursor.event_id).order_by("pk").select_related("ticket")[:AT_ONCE],
        )
    )
    if events:
        cursor.event_id = events[-1].pk
        cursor.save()
    recent = [event for event in events if event.created_at > now - OUTDATED]
    return letters_for(recent), len(events) == AT_ONCE


def letters_for(events: Iterable[TicketEvent]) -> list[Letter]:
    """Who is to be told of these events, given in the order in which they happened."""
    by_team: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in events:
        by_team[event.team_id].append(event)
    members = Membership.objects.filter(team__in=by_team, user__is_active=True).select_related("user").order_by("pk")
    letters = []
    for member in members:
        assigned = _assigned_to(member, by_team[member.team_id])
        told = {
            NotificationKind.NEW_REQUEST: _new_to(member, by_team[member.team_id]),
            NotificationKind.ASSIGNED: assigned,
            NotificationKind.ASKED_AGAIN: _asked_again(member, by_team[member.team_id]),
        }
        if member.notify_assigned:
            told[NotificationKind.NEW_REQUEST] -= assigned
        letters += [
            Letter(member.pk, kind, sorted(tickets))
            for kind, tickets in told.items()
            if tickets and getattr(member, kind.field)
        ]
    return letters


def _by_others(member: Membership, events: Iterable[TicketEvent], *kinds: Event) -> list[TicketEvent]:
    return [event for event in events if event.kind in kinds and event.actor_id != member.user_id]


def _new_to(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    created = _by_others(member, events, Event.CREATED)
    return {event.ticket_id for event in created if not event.ticket.is_merged}


def _assigned_to(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    """Tickets that came to this person, were not theirs before, and still are."""
    first: dict[int, TicketEvent] = {}
    last: dict[int, TicketEvent] = {}
    for event in events:
        if event.kind in {Event.ASSIGNED, Event.UNASSIGNED}:
            first.setdefault(event.ticket_id, event)
            last[event.ticket_id] = event
    return {
        event.ticket_id
        for event in _by_others(member, last.values(), Event.ASSIGNED)
        if event.ticket.assignee_id == member.user_id
        and not event.ticket.is_finished
        and first[event.ticket_id].old_value != str(member.user)
    }


def _asked_again(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    return {
        event.ticket_id
        for event in _by_others(member, events, Event.ASKED_AGAIN)
        if event.ticket.assignee_id == member.user_id
    }
