"""Reading the tickets' history, and whom to tell of what.

The history is all that is needed: what changes a ticket, and above all the intake, does not wait for anything here.
Each look, once a minute, tells of what was there at the look before: so what happens within a minute makes one e-mail
of a kind to a person, and what is undone within one makes none. Places in the history decide, never a clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from helpdesk.notifications.models import HistoryCursor, NotificationKind
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import TicketEvent

Event = TicketEvent.Kind

AT_ONCE = 5_000  # events


class Digest(NamedTuple):
    """To whom, about what, and the keys of the tickets, the earliest first."""

    membership_id: int
    kind: NotificationKind
    ticket_ids: list[int]


@transaction.atomic
def next_digests() -> tuple[list[Digest], bool]:
    """The e-mails for what was new at the last look, and whether there is more to read of that.

    To be sent on in the same transaction, so that an e-mail is neither lost nor made twice.
    """
    newest = TicketEvent.objects.aggregate(newest=Max("position"))["newest"] or 0
    cursor = HistoryCursor.objects.select_for_update().first()
    if cursor is None:
        HistoryCursor.objects.get_or_create(pk=1, defaults={"position": newest, "seen_position": newest})
        return [], False
    told = TicketEvent.objects.filter(
        position__gt=cursor.position, position__lte=cursor.seen_position, published_at__isnull=False
    )
    events = list(told.order_by("position").select_related("ticket")[:AT_ONCE])
    has_more = len(events) == AT_ONCE
    if has_more:
        cursor.position = events[-1].position or 0
    else:
        cursor.position, cursor.seen_position = cursor.seen_position, max(newest, cursor.seen_position)
    cursor.save()
    return digests_for(events), has_more


def digests_for(events: Iterable[TicketEvent]) -> list[Digest]:
    """Who is to be told of these events, given in the order in which they happened."""
    by_team: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in events:
        by_team[event.team_id].append(event)
    members = Membership.objects.filter(team__in=by_team, user__is_active=True).select_related("user").order_by("pk")
    digests = []
    for member in members:
        assigned = _assigned_to(member, by_team[member.team_id])
        told = {
            NotificationKind.NEW_REQUEST: _new_to(member, by_team[member.team_id]),
            NotificationKind.ASSIGNED: assigned,
            NotificationKind.ASKED_AGAIN: _asked_again(member, by_team[member.team_id]),
        }
        if member.notify_assigned:
            told[NotificationKind.NEW_REQUEST] -= assigned
        digests += [
            Digest(member.pk, kind, sorted(tickets))
            for kind, tickets in told.items()
            if tickets and getattr(member, kind.field)
        ]
    return digests


def _by_others(member: Membership, events: Iterable[TicketEvent], *kinds: Event) -> list[TicketEvent]:
    return [event for event in events if event.kind in kinds and event.actor_id != member.user_id]


def _new_to(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    """New tickets that still wait for somebody, which after a long stop may be few of them."""
    created = _by_others(member, events, Event.CREATED)
    return {event.ticket_id for event in created if not event.ticket.is_merged and not event.ticket.is_finished}


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
        and first[event.ticket_id].fact.old_person != member.user_id
    }


def _asked_again(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    return {
        event.ticket_id
        for event in _by_others(member, events, Event.ASKED_AGAIN)
        if event.ticket.assignee_id == member.user_id
    }
