"""The history of a ticket, line by line: what happened, and what was written."""

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
from helpdesk.tickets.facts import (
    Absorbed,
    FirstReplySent,
    LearnerWrote,
    MergedInto,
    MessageSent,
    NoteAdded,
    QuestionKnown,
    Rated,
    Replied,
    ReplyCancelled,
    UnmergedFrom,
)
from helpdesk.tickets.mentions import Mention
from helpdesk.tickets.models import Message, Ticket, TicketEvent, Topic
from helpdesk.tickets.sentences import actor_label, label_of, label_of_actor, people_in, sentence_of
from helpdesk.tickets.timeline_windows import ALL, Window
from helpdesk.ui.names import isolated

Kind = TicketEvent.Kind
AuthorKey = tuple[str, int | None, str]


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: a sentence, or a text under it, or a message.

    The author's name is that of the person or token who did it; empty where nobody of the team did. Of a change,
    `author_key` tells its author from others of the same name. What a learner chose with a message stands in `topic`
    and `lesson`.
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
    """All that happened here and in the requests merged into it, within the window, oldest first, as `reader` sees it.

    What was done in a merged one names it in `request`; where it was merged, it can be split off.
    """
    by_pk = {request.pk: request for request in requests}
    merged_ones = dict(by_pk)
    here = [ticket.pk, *by_pk]
    entries = []
    events = window.events(here)
    messages = _messages_in(here, window, reader)
    people = people_in(ticket.team, events, messages)
    comments = _comments_on_ratings(ticket, events)
    written = {}
    for event in events:
        fact = event.fact
        if isinstance(fact, NoteAdded | Replied | LearnerWrote | FirstReplySent):
            written[fact.message] = event
            continue
        if _is_told_by_message(event) or not window.has(event.created_at):
            continue
        if event.ticket_id != ticket.pk and (event.kind == Kind.CREATED or isinstance(fact, MergedInto | UnmergedFrom)):
            continue  # told from the side of the ticket that stands for it
        merged = merged_ones.pop(fact.ticket.id or 0, None) if isinstance(fact, Absorbed) else None
        at = event.created_at
        if event.kind == Kind.CREATED:
            at = ticket.requested_at
        elif event.kind == Kind.ASKED_AGAIN and merged:
            at = merged.requested_at
        text = merged.question if merged and merged.question != ticket.question else comments.get(event.pk, "")
        sentence = sentence_of(event, ticket, links=True, people=people)
        author, request = actor_label(event, people), by_pk.get(event.ticket_id)
        is_of_learner = event.actor_kind == TicketEvent.ActorKind.LEARNER
        is_change = bool(author) and event.kind != Kind.CREATED and merged is None and not is_of_learner
        entries.append(Entry(at, sentence, text, author, _author_key(event), request, merged, is_change))
    entries += [
        _entry_of(message, written.get(message.pk), people, by_pk.get(message.ticket_id)) for message in messages
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _is_told_by_message(event: TicketEvent) -> bool:
    """What was undone is not shown; of what was sent, and of a question that a learner asked, the message tells."""
    if isinstance(event.fact, QuestionKnown):
        return event.actor_kind == TicketEvent.ActorKind.LEARNER
    return isinstance(event.fact, ReplyCancelled | MessageSent)


def _messages_in(here: list[int], window: Window, reader: User | None) -> list[Message]:
    """What was written, with its files; what is no note with what became of it."""
    messages = window.messages(here, reader.pk if reader else None)
    prefetch_related_objects(messages, "attachments")
    others = [message for message in messages if message.kind != Message.Kind.NOTE]
    prefetch_related_objects(others, "dispatches")
    return messages


def _comments_on_ratings(ticket: Ticket, events: list[TicketEvent]) -> dict[int, str]:
    """What learners wrote with their ratings, each by the key of the last event that tells of it."""
    facts = ((event.fact, event.pk) for event in events)
    last = {fact.rating: pk for fact, pk in facts if isinstance(fact, Rated) and fact.rating}
    if not last:
        return {}
    return {last[rating.pk]: rating.comment for rating in ticket.ratings.model.objects.filter(pk__in=last)}


def _entry_of(message: Message, event: TicketEvent | None, people: People, request: Ticket | None) -> Entry:
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
    """Which kind of actor, and which of them; the name counts where no key was stored, as of tokens long ago."""
    key = event.actor_key
    return event.actor_kind, key, event.actor_name if key is None else ""


def _author(message: Message, event: TicketEvent | None, people: People) -> str:
    """Who wrote it: a message by itself does not tell a token from somebody whose account is gone."""
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
    """What others changed after this version of the ticket."""
    if ticket.version <= version:
        return []
    events = list(ticket.events.changes_after(version, exclude_actor=exclude_actor))
    people = people_in(ticket.team, events)
    return [Entry(event.created_at, sentence_of(event, ticket, people=people)) for event in events]
