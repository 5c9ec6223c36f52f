"""The timeline of a ticket: what happened, and what was written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.teams.models import User
from helpdesk.teams.names import People
from helpdesk.tickets.facts import Absorbed, MergedInto, UnmergedFrom
from helpdesk.tickets.mentions import Mention
from helpdesk.tickets.message_facts import (
    FirstReplySent,
    LearnerWrote,
    MessageSent,
    NoteAdded,
    QuestionKnown,
    Rated,
    Replied,
    ReplyCancelled,
)
from helpdesk.tickets.models import Message, Ticket, TicketEvent, Topic
from helpdesk.tickets.sentences import actor_label, label_of, label_of_actor, people_in, sentence_of
from helpdesk.tickets.timeline_windows import ALL, Window
from helpdesk.ui.isolation import isolated

Kind = TicketEvent.Kind
AuthorKey = tuple[str, int | None, str]
MESSAGE_FACTS = (NoteAdded, Replied, LearnerWrote, FirstReplySent)  # of events that a message's entry shows


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline: a sentence, with a text or a message below it, if any.

    `author_name` is the actor's name, empty for the system; `author_key` tells authors of events apart who have the
    same name. `topic` and `lesson` are what a learner chose with a message.
    """

    at: datetime
    sentence: SafeString
    text: str = ""
    author_name: str = ""
    author_key: AuthorKey | None = None
    request: Ticket | None = None
    merged_ticket: Ticket | None = None
    is_change: bool = False
    message: Message | None = None
    topic: str = ""
    lesson: str = ""
    mentions: tuple[Mention, ...] = ()


def timeline_of(
    ticket: Ticket, requests: Iterable[Ticket], window: Window = ALL, reader: User | None = None
) -> list[Entry]:
    """Everything within the window on the ticket and the requests merged into it, as `reader` sees it, oldest first.

    Entries of a merged request name it in `request`. The entry of its merge has it as `merged_ticket`, to split it off.
    """
    by_pk = {request.pk: request for request in requests}
    here = [ticket.pk, *by_pk]
    events = window.events(here)
    messages = _messages_in(here, window, reader)
    people = people_in(ticket.team, events, messages)
    comments = _comments_on_ratings(ticket, events)
    event_of_message = {event.fact.message: event for event in events if isinstance(event.fact, MESSAGE_FACTS)}
    not_told_yet = dict(by_pk)  # a request's first merge has it as `merged_ticket`
    entries = []
    for event in events:
        if not window.has(event.created_at) or _has_no_entry(event, ticket):
            continue
        fact = event.fact
        merged = not_told_yet.pop(fact.ticket.id or 0, None) if isinstance(fact, Absorbed) else None
        request, comment = by_pk.get(event.ticket_id), comments.get(event.pk, "")
        entries.append(_entry_of_event(event, ticket, people, request, merged, comment))
    for message in messages:
        request = by_pk.get(message.ticket_id)
        entries.append(_entry_of_message(message, event_of_message.get(message.pk), people, request))
    return sorted(entries, key=lambda entry: entry.at)


def _has_no_entry(event: TicketEvent, ticket: Ticket) -> bool:
    """Whether the timeline leaves out an event, because a message's entry or another event tells it."""
    fact = event.fact
    if isinstance(fact, QuestionKnown):  # a learner said it in a message
        return event.actor_kind == TicketEvent.ActorKind.LEARNER
    if isinstance(fact, (*MESSAGE_FACTS, ReplyCancelled, MessageSent)):
        return True
    # For the creation and merges of a merged request, the ticket that it was merged into has events of its own.
    return event.ticket_id != ticket.pk and (event.kind == Kind.CREATED or isinstance(fact, MergedInto | UnmergedFrom))


def _messages_in(here: list[int], window: Window, reader: User | None) -> list[Message]:
    """The messages with their files and, except for notes, their dispatches."""
    messages = window.messages(here, reader.pk if reader else None)
    prefetch_related_objects(messages, "attachments")
    others = [message for message in messages if message.kind != Message.Kind.NOTE]
    prefetch_related_objects(others, "dispatches")
    return messages


def _comments_on_ratings(ticket: Ticket, events: list[TicketEvent]) -> dict[int, str]:
    """The comments on ratings, by the primary key of each rating's last event."""
    facts = ((event.fact, event.pk) for event in events)
    last = {fact.rating: pk for fact, pk in facts if isinstance(fact, Rated) and fact.rating}
    if not last:
        return {}
    return {last[rating.pk]: rating.comment for rating in ticket.ratings.model.objects.filter(pk__in=last)}


def _entry_of_event(
    event: TicketEvent, ticket: Ticket, people: People, request: Ticket | None, merged: Ticket | None, comment: str
) -> Entry:
    """The entry of an event on the ticket or on a merged `request`; `merged` is the request whose merge it tells."""
    at = event.created_at
    if event.kind == Kind.CREATED:
        at = ticket.requested_at
    elif event.kind == Kind.ASKED_AGAIN and merged:
        at = merged.requested_at
    author = actor_label(event, people)
    is_of_learner = event.actor_kind == TicketEvent.ActorKind.LEARNER
    return Entry(
        at,
        sentence_of(event, ticket, links=True, people=people),
        merged.question if merged and merged.question != ticket.question else comment,
        author,
        _author_key(event),
        request,
        merged,
        is_change=bool(author) and event.kind != Kind.CREATED and merged is None and not is_of_learner,
    )


def _entry_of_message(message: Message, event: TicketEvent | None, people: People, request: Ticket | None) -> Entry:
    author = _author(message, event, people)
    fact = event.fact if event else None
    lesson = fact.lesson.name if isinstance(fact, LearnerWrote) and fact.lesson else ""
    return Entry(
        message.created_at,
        format_html(_sentence_over(message), author=isolated(author)),
        message.body,
        author,
        request=request,
        message=message,
        topic=str(Topic(message.topic).label) if message.topic else "",
        lesson=lesson,
        mentions=tuple(
            Mention(each["id"], each["words"], people.label(each["id"]) or each["words"]) for each in message.mentions
        ),
    )


def _author_key(event: TicketEvent) -> AuthorKey:
    """Identifies the actor: kind, primary key, and name if no key was stored, as for tokens in old events."""
    key = event.actor_key
    return event.actor_kind, key, event.actor_name if key is None else ""


def _author(message: Message, event: TicketEvent | None, people: People) -> str:
    """The author, preferably from the event: messages don't tell tokens from people whose account was deleted."""
    if event:
        return actor_label(event, people)
    if message.kind == Message.Kind.LEARNER:
        return label_of_actor(people, TicketEvent.ActorKind.LEARNER, None, message.author_name)
    return label_of(people, message.author_id, message.author_name)


def _sentence_over(message: Message) -> str:
    return {
        Message.Kind.NOTE: _("<b>{author}</b> wrote a note for the team"),
        Message.Kind.REPLY: _("<b>{author}</b> replied"),
        Message.Kind.AUTOMATIC: (
            _("<b>{author}</b> asked what it is about")
            if message.author_id
            else _("The first reply asked what it is about")
        ),
        Message.Kind.LEARNER: _("<b>{author}</b> wrote"),
    }[Message.Kind(message.kind)]


def changes_since(ticket: Ticket, version: int, *, exclude_actor: User) -> list[Entry]:
    """What others than `exclude_actor` changed after this version of the ticket, oldest first."""
    if ticket.version <= version:
        return []
    events = list(ticket.events.changes_after(version, exclude_actor=exclude_actor))
    people = people_in(ticket.team, events)
    return [Entry(event.created_at, sentence_of(event, ticket, people=people)) for event in events]
