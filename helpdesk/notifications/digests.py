"""Reads the tickets' history, and decides whom to notify of what.

Whatever changes a ticket, above all the intake, only writes history, and never waits for notifications.

E-mails are made once a minute, for events that were already there at the previous check: so what happens within a
minute makes one e-mail of each kind per person, and what is undone within it makes none. Positions in the history
decide, never a clock.

Push notifications are made some seconds after an event. What they tell a person is not sent by e-mail too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Now

from helpdesk.notifications.learner_updates import LearnerUpdates
from helpdesk.notifications.models import Channel, HistoryCursor, NotificationKind, PushedTicket, PushSubscription
from helpdesk.operations.clock import database_now
from helpdesk.teams.models import Membership
from helpdesk.tickets.message_facts import NoteAdded
from helpdesk.tickets.models import Message, TicketEvent

Event = TicketEvent.Kind

AT_ONCE = 5_000  # events per read
# A kind is left out for tickets of which the person is already notified by one of these other kinds.
SAID_BY_OTHERS = {
    NotificationKind.NEW_REQUEST: [NotificationKind.ASSIGNED],
    NotificationKind.LEARNER_WROTE: [
        NotificationKind.NEW_REQUEST,
        NotificationKind.ASSIGNED,
        NotificationKind.ASKED_AGAIN,
    ],
}


class Digest(NamedTuple):
    """A member, the kind of notification, and the primary keys of the tickets, earliest first."""

    membership_id: int
    kind: NotificationKind
    ticket_ids: list[int]


@transaction.atomic
def next_digests(apart: timedelta = timedelta(0)) -> tuple[list[Digest], bool]:
    """The e-mails for events that were there at the last check, and whether there are more of these to read.

    Nothing if the last check ended less than `apart` ago. Enqueue the e-mails in the same transaction, so that none is
    lost or sent twice.
    """
    newest = _newest_position()
    cursor = _lock_cursors().get(Channel.EMAIL)
    if cursor is None:
        _begin(Channel.EMAIL, newest)
        return [], False
    if apart and cursor.looked_at and database_now() - cursor.looked_at < apart:
        return [], False
    events = _events(cursor.position, cursor.seen_position)
    has_more = len(events) == AT_ONCE
    if has_more:
        cursor.position = events[-1].position or 0
    else:
        cursor.position, cursor.seen_position = cursor.seen_position, max(newest, cursor.seen_position)
        cursor.looked_at = Now()
    cursor.save()
    found = _without_pushed(digests_for(events, Channel.EMAIL))
    PushedTicket.objects.filter(position__lte=cursor.position).delete()
    return found, has_more


@transaction.atomic
def next_pushes() -> tuple[list[Digest], bool]:
    """The push notifications for events not yet announced by e-mail, and whether there are more of these to read.

    Enqueue them in the same transaction too.
    """
    newest, cursors = _newest_position(), _lock_cursors()
    if Channel.PUSH not in cursors:
        _begin(Channel.PUSH, newest)
    start = max((cursor.position for cursor in cursors.values()), default=newest)
    events = _events(start, newest)
    has_more = len(events) == AT_ONCE
    position = (events[-1].position or 0) if has_more else max(start, newest)
    HistoryCursor.objects.filter(pk=Channel.PUSH).update(position=position, seen_position=position)
    found = digests_for(events, Channel.PUSH)
    PushedTicket.objects.bulk_create(
        [
            PushedTicket(membership_id=digest.membership_id, kind=digest.kind, ticket_id=ticket, position=position)
            for digest in found
            for ticket in digest.ticket_ids
        ],
        update_conflicts=True,
        unique_fields=["membership", "kind", "ticket"],
        update_fields=["position"],
    )
    return found, has_more


def _newest_position() -> int:
    return TicketEvent.objects.aggregate(newest=Max("position"))["newest"] or 0


def _lock_cursors() -> dict[int, HistoryCursor]:
    """Lock the cursors and return them by channel: only one check runs at a time, so no event is announced twice."""
    return {cursor.pk: cursor for cursor in HistoryCursor.objects.select_for_update().order_by("pk")}


def _begin(channel: Channel, position: int) -> None:
    """Start a channel at this position; earlier events are not announced."""
    HistoryCursor.objects.get_or_create(pk=channel, defaults={"position": position, "seen_position": position})


def _events(after: int, until: int) -> list[TicketEvent]:
    published = TicketEvent.objects.filter(position__gt=after, position__lte=until, published_at__isnull=False)
    return list(published.order_by("position").select_related("ticket")[:AT_ONCE])


def _without_pushed(found: list[Digest]) -> list[Digest]:
    """The e-mails, without tickets of which the same person is notified by push."""
    members = [digest.membership_id for digest in found]
    pushed = set(
        PushedTicket.objects.filter(membership__in=members).values_list("membership_id", "kind", "ticket_id")
        if members
        else []
    )
    left = [
        digest._replace(
            ticket_ids=[pk for pk in digest.ticket_ids if (digest.membership_id, digest.kind, pk) not in pushed]
        )
        for digest in found
    ]
    return [digest for digest in left if digest.ticket_ids]


def digests_for(events: Iterable[TicketEvent], channel: Channel = Channel.EMAIL) -> list[Digest]:
    """Whom to notify of these events, given oldest first, through this channel."""
    events = list(events)
    by_team: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in events:
        by_team[event.team_id].append(event)
    members = Membership.objects.filter(team__in=by_team, user__is_active=True).select_related("user").order_by("pk")
    if channel == Channel.PUSH:
        members = members.filter(Exists(PushSubscription.objects.filter(user=OuterRef("user"))))
    mentioned, updates = _mentioned_in(events), LearnerUpdates(events)
    digests = []
    for member in members:
        wanted = {kind for kind in NotificationKind if getattr(member, kind.field_of(channel))}
        wants_new = NotificationKind.NEW_REQUEST in wanted
        by_kind = {
            NotificationKind.NEW_REQUEST: _new_to(member, by_team[member.team_id]),
            NotificationKind.ASSIGNED: _assigned_to(member, by_team[member.team_id]),
            NotificationKind.ASKED_AGAIN: _asked_again(member, by_team[member.team_id]),
            NotificationKind.MENTIONED: mentioned[member.team_id, member.user_id],
            NotificationKind.LEARNER_WROTE: updates.written_to(member, wants_new=wants_new),
            NotificationKind.SENDING_FAILED: updates.failed_for(member, wants_new=wants_new),
        }
        by_kind = {kind: tickets for kind, tickets in by_kind.items() if kind in wanted}
        for kind, others in SAID_BY_OTHERS.items():
            if kind in by_kind:
                by_kind[kind] -= set().union(*(by_kind.get(other, set()) for other in others))
        digests += [Digest(member.pk, kind, sorted(tickets)) for kind, tickets in by_kind.items() if tickets]
    return digests


def _by_others(member: Membership, events: Iterable[TicketEvent], *kinds: Event) -> list[TicketEvent]:
    return [event for event in events if event.kind in kinds and event.actor_id != member.user_id]


def _new_to(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    """New tickets that are still unfinished, and not taken by this member; after a long outage, these may be few."""
    created = _by_others(member, events, Event.CREATED)
    waiting = {event.ticket_id for event in created if not event.ticket.is_merged and not event.ticket.is_finished}
    return waiting - _taken_by(member, events)


def _taken_by(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    """Tickets that this member took, and so knows."""
    return {
        event.ticket_id
        for event in events
        if event.kind == Event.ASSIGNED and event.actor_id == event.ticket.assignee_id == member.user_id
    }


def _assigned_to(member: Membership, events: Iterable[TicketEvent]) -> set[int]:
    """Tickets that others assigned to this member, who did not have them before and still has them."""
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


def _mentioned_in(events: Iterable[TicketEvent]) -> dict[tuple[int, int], set[int]]:
    """The tickets with notes that mention somebody other than the writer, by the primary keys of team and person."""
    written = {
        event.fact.message: event for event in events if isinstance(event.fact, NoteAdded) and event.fact.message
    }
    found: dict[tuple[int, int], set[int]] = defaultdict(set)
    if not written:
        return found
    for note in Message.objects.filter(pk__in=list(written)).exclude(mentions=[]):
        for mention in note.mentions:
            if mention["id"] != written[note.pk].actor_id:
                found[note.team_id, mention["id"]].add(note.ticket_id)
    return found
