"""What notifications quote: a note that mentions the member, a learner's words, or why an e-mail failed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.conversations.models import Rating
from helpdesk.notifications.models import NotificationKind
from helpdesk.teams.models import Membership
from helpdesk.tickets.message_facts import SendingFailed
from helpdesk.tickets.models import Message, Score, Ticket, TicketEvent
from helpdesk.tickets.sentences import actor_label, people_in


@dataclass(frozen=True)
class Excerpt:
    """Quoted text, the author's name, and the address of the text, without the host."""

    text: str
    author: str
    address: str


def excerpts_for(membership: Membership, kind: NotificationKind, tickets: Collection[Ticket]) -> dict[int, Excerpt]:
    """The newest excerpts for this member, by the ticket's primary key; some kinds have none."""
    find = _FOUND_BY.get(kind)
    return find(membership, tickets) if find else {}


def _notes(membership: Membership, tickets: Collection[Ticket]) -> dict[int, Excerpt]:
    """The newest note by somebody else that mentions this member."""
    named = Message.objects.filter(ticket__in=tickets, mentions__contains=[{"id": membership.user_id}])
    notes = {note.ticket_id: note for note in named.exclude(author=membership.user_id).order_by("pk")}
    pks = [note.pk for note in notes.values()]
    events = list(
        TicketEvent.objects.filter(ticket__in=tickets, kind=TicketEvent.Kind.NOTE_ADDED, facts__message__in=pks)
    )
    people = people_in(membership.team, events, notes.values())
    authors = {event.fact.new_value: actor_label(event, people) for event in events}
    return {
        ticket.pk: Excerpt(
            notes[ticket.pk].body,
            authors.get(str(notes[ticket.pk].pk), notes[ticket.pk].author_name),
            _place_of(membership, ticket, notes[ticket.pk].pk),
        )
        for ticket in tickets
        if ticket.pk in notes
    }


def _of_learners(membership: Membership, tickets: Collection[Ticket]) -> dict[int, Excerpt]:
    """The learner's bad or commented rating of the current resolution, else their last message that awaits a reply."""
    own = Message.objects.filter(ticket__in=tickets, kind=Message.Kind.LEARNER, cancelled_at=None)
    waiting = own.filter(created_at__gte=F("ticket__awaiting_reply_since")).order_by("ticket", "-pk")
    found = {message.ticket_id: message for message in waiting.distinct("ticket")}
    rated = Rating.objects.filter(ticket__in=tickets, resolved_at=F("ticket__resolved_at"))
    telling = rated.exclude(comment="") | rated.filter(score=Score.BAD)
    comments = {rating.ticket_id: rating.comment or str(Score(rating.score).label) for rating in telling}
    words = {}
    for ticket in tickets:
        name, message = str(ticket.learner), found.get(ticket.pk)
        if ticket.pk in comments:
            words[ticket.pk] = Excerpt(comments[ticket.pk], name, _place_of(membership, ticket))
        elif message:
            author = message.author_email or name
            words[ticket.pk] = Excerpt(_said_by(message), author, _place_of(membership, ticket, message.pk))
    return words


def _said_by(message: Message) -> str:
    """The text, or a substitute if there is none."""
    return message.body or (message.get_topic_display() if message.topic else _("Files without text"))


def _failures(membership: Membership, tickets: Collection[Ticket]) -> dict[int, Excerpt]:
    """Why the newest failed message was not delivered."""
    failed = TicketEvent.objects.filter(ticket__in=tickets, kind=TicketEvent.Kind.SENDING_FAILED)
    facts = {event.ticket_id: event.fact for event in failed.order_by("ticket", "-pk").distinct("ticket")}
    return {
        ticket.pk: Excerpt(fact.reason, _("Not delivered"), _place_of(membership, ticket, fact.message))
        for ticket in tickets
        if isinstance(fact := facts.get(ticket.pk), SendingFailed)
    }


def _place_of(membership: Membership, ticket: Ticket, message: int | None = None) -> str:
    address = reverse("ticket", args=[membership.team.slug, ticket.number])
    return f"{address}#message-{message}" if message else address


_FOUND_BY = {
    NotificationKind.MENTIONED: _notes,
    NotificationKind.LEARNER_WROTE: _of_learners,
    NotificationKind.SENDING_FAILED: _failures,
}
