"""The notes that people are told of since they are named there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse

from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.sentences import actor_label, people_in


@dataclass(frozen=True)
class TellingNote:
    """A note, the name of who wrote it, and its place on the pages, without the site."""

    text: str
    author: str
    address: str


def telling_notes(membership: Membership, tickets: Collection[Ticket]) -> dict[int, TellingNote]:
    """The newest note by somebody else that names this member, by the ticket's key."""
    named = Message.objects.filter(ticket__in=tickets, mentions__contains=[{"id": membership.user_id}])
    notes = {note.ticket_id: note for note in named.exclude(author=membership.user_id).order_by("pk")}
    pks = [note.pk for note in notes.values()]
    events = list(
        TicketEvent.objects.filter(ticket__in=tickets, kind=TicketEvent.Kind.NOTE_ADDED, facts__message__in=pks)
    )
    people = people_in(membership.team, events, notes.values())
    authors = {event.fact.new_value: actor_label(event, people) for event in events}
    return {
        ticket.pk: TellingNote(
            notes[ticket.pk].body,
            authors.get(str(notes[ticket.pk].pk), notes[ticket.pk].author_name),
            f"{reverse('ticket', args=[membership.team.slug, ticket.number])}#message-{notes[ticket.pk].pk}",
        )
        for ticket in tickets
        if ticket.pk in notes
    }
