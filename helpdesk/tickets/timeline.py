"""The history of a ticket as sentences: events store facts, here alone they become words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.facts import (
    Absorbed,
    AssigneeChanged,
    Fact,
    FirstReplySent,
    LearnerWrote,
    MergedInto,
    MessageSent,
    NoteAdded,
    PriorityChanged,
    QuestionKnown,
    Rated,
    Replied,
    ReplyCancelled,
    SnoozeChanged,
    SplitOff,
    StatusChanged,
    UnmergedFrom,
)
from helpdesk.tickets.mentions import Mention, people_mentioned
from helpdesk.tickets.models import (
    NO_CHANGES,
    Message,
    Priority,
    Score,
    Status,
    Ticket,
    TicketEvent,
    Topic,
)
from helpdesk.tickets.timeline_windows import ALL, Window
from helpdesk.ui.names import isolated

Kind = TicketEvent.Kind


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: a sentence, or a text under it, or a message.

    The author's name is that of the person or token who did it; empty where nobody of the team did. What a learner
    chose with a message stands in `topic` and `lesson`.
    """

    at: datetime
    sentence: SafeString
    text: str = ""
    author_name: str = ""
    call: Ticket | None = None
    merged_ticket: Ticket | None = None
    is_change: bool = False
    message: Message | None = None
    topic: str = ""
    lesson: str = ""
    mentions: tuple[Mention, ...] = ()


def timeline_of(
    ticket: Ticket, calls: Iterable[Ticket], window: Window = ALL, reader: User | None = None
) -> list[Entry]:
    """All that happened here and in the calls folded in, within the window, oldest first, as far as `reader` sees it.

    What was done in a folded one names it in `call`; where it was folded in, it can be split off.
    """
    by_pk = {call.pk: call for call in calls}
    folded = dict(by_pk)
    here = [ticket, *by_pk.values()]
    entries = []
    events = list(window.events(TicketEvent.objects.filter(ticket__in=here)).order_by("created_at", "pk"))
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
        merged = folded.pop(fact.ticket.id or 0, None) if isinstance(fact, Absorbed) else None
        at = event.created_at
        if event.kind == Kind.CREATED:
            at = ticket.requested_at
        elif event.kind == Kind.ASKED_AGAIN and merged:
            at = merged.requested_at
        text = merged.question if merged and merged.question != ticket.question else comments.get(event.pk, "")
        sentence = sentence_of(event, ticket, links=True, people=people)
        author, call = actor_label(event, people), by_pk.get(event.ticket_id)
        is_of_learner = event.actor_kind == TicketEvent.ActorKind.LEARNER
        is_change = bool(author) and event.kind != Kind.CREATED and merged is None and not is_of_learner
        entries.append(Entry(at, sentence, text, author, call, merged, is_change))
    entries += [
        _entry_of(message, written.get(message.pk), people, by_pk.get(message.ticket_id)) for message in messages
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _is_told_by_message(event: TicketEvent) -> bool:
    """What was undone is not shown; of what was sent, and of a question that a learner asked, the message tells."""
    if isinstance(event.fact, QuestionKnown):
        return event.actor_kind == TicketEvent.ActorKind.LEARNER
    return isinstance(event.fact, ReplyCancelled | MessageSent)


def _messages_in(here: list[Ticket], window: Window, reader: User | None) -> list[Message]:
    """What was written, with its files; what is no note with what became of it."""
    written = window.messages(Message.objects.filter(ticket__in=here).shown_to(reader.pk if reader else None))
    messages = list(written.prefetch_related("attachments").order_by("created_at", "pk"))
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


def _entry_of(message: Message, event: TicketEvent | None, people: People, call: Ticket | None) -> Entry:
    author = _author(message, event, people)
    fact = event.fact if event else None
    lesson = fact.lesson.name if isinstance(fact, LearnerWrote) and fact.lesson else ""
    return Entry(
        message.created_at,
        format_html(_sentence_over(message), author=isolated(author)),
        message.body,
        author,
        call,
        message=message,
        topic=str(Topic(message.topic).label) if message.topic else "",
        lesson=lesson,
        mentions=tuple(
            Mention(each["id"], each["words"], people.label(each["id"]) or each["words"]) for each in message.mentions
        ),
    )


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
    changes = ticket.events.filter(version__gt=version).exclude(actor=exclude_actor).exclude(kind__in=NO_CHANGES)
    events = list(changes.order_by("version", "pk"))
    people = people_in(ticket.team, events)
    return [Entry(event.created_at, sentence_of(event, ticket, people=people)) for event in events]


def people_in(team: Team, events: Iterable[TicketEvent], messages: Iterable[Message] = ()) -> People:
    """Those whom these speak of, beside the members."""
    messages = list(messages)
    keys = {key for event in events for key in (event.actor_id, event.fact.old_person, event.fact.new_person)}
    return People(team, keys | {message.author_id for message in messages} | people_mentioned(messages))


def sentence_of(event: TicketEvent, ticket: Ticket, *, links: bool = False, people: People | None = None) -> SafeString:
    """The event as a sentence in the language of the reader.

    On pages of the team with `links` to other tickets, and with `people` so that nobody is taken for another, see
    `actor_label`.
    """
    old, new = _values(event.fact, ticket.team if links else None, people)
    return format_html(
        _pattern(event),
        actor=isolated(actor_label(event, people) or _("The system")),
        learner=isolated(ticket.learner),
        course=isolated(ticket.course or _("no specific course")),
        old=isolated(old),
        new=isolated(new),
    )


def actor_label(event: TicketEvent, people: People | None = None) -> str:
    """The name of who acted, as it was then; empty for the system.

    With `people` nobody is taken for another: a person has the e-mail beside a name that several bear, and a token,
    which may be called like a person, is said to be one.
    """
    if people and event.actor_kind == TicketEvent.ActorKind.TOKEN:
        return _("%(name)s (token)") % {"name": event.actor_name}
    return _name(people, event.actor_id, event.actor_name)


def _author(message: Message, event: TicketEvent | None, people: People) -> str:
    """Who wrote it: a message by itself does not tell a token from somebody whose account is gone."""
    return actor_label(event, people) if event else _name(people, message.author_id, message.author_name)


def _name(people: People | None, pk: int | None, name: str) -> str:
    return people.label(pk, name) if people and pk and name else name


def _pattern(event: TicketEvent) -> str:
    if event.kind == Kind.CREATED and event.actor_kind == TicketEvent.ActorKind.PERSON:
        return _("<b>{actor}</b> opened the ticket for <b>{learner}</b>")
    is_of_learner = event.actor_kind == TicketEvent.ActorKind.LEARNER
    match event.fact:
        case StatusChanged(new=Status.RESOLVED) if is_of_learner:
            return _("<b>{actor}</b> said that it is solved")
        case MergedInto():
            return _("<b>{actor}</b> merged this request into #{new}")
        case UnmergedFrom():
            return _("<b>{actor}</b> split this request off from #{old}")
        case AssigneeChanged(is_taken=True):
            return _("<b>{actor}</b> took it")
        case QuestionKnown(new="", origin=""):
            return _("<b>{actor}</b> took back what it is about: <b>{old}</b>")
        case QuestionKnown(new=""):
            return _("<b>{actor}</b> wrote down the question")
        case Rated(old=""):
            return _("<b>{actor}</b> rated the help: <b>{new}</b>")
    return {
        Kind.CREATED: _("<b>{learner}</b> asked for help in <b>{course}</b>"),
        Kind.ASSIGNED: _("<b>{actor}</b> assigned it to <b>{new}</b>"),
        Kind.UNASSIGNED: _("<b>{actor}</b> unassigned it from <b>{old}</b>"),
        Kind.STATUS_CHANGED: _("<b>{actor}</b> changed the status from {old} to <b>{new}</b>"),
        Kind.REOPENED: _("<b>{actor}</b> reopened it"),
        Kind.PRIORITY_CHANGED: _("<b>{actor}</b> changed the priority from {old} to <b>{new}</b>"),
        Kind.TAGGED: _("<b>{actor}</b> added the tag <b>{new}</b>"),
        Kind.UNTAGGED: _("<b>{actor}</b> removed the tag <b>{old}</b>"),
        Kind.SNOOZED: _("<b>{actor}</b> snoozed it until <b>{new}</b>"),
        Kind.UNSNOOZED: _("<b>{actor}</b> brought it back to the inbox"),
        Kind.ASKED_AGAIN: _("<b>{learner}</b> asked again (#{new})"),
        Kind.MERGED: _("<b>{actor}</b> merged #{new} into this ticket"),
        Kind.UNMERGED: _("<b>{actor}</b> split #{old} off from this ticket"),
        Kind.NOTE_ADDED: _("<b>{actor}</b> wrote a note"),
        Kind.FIRST_REPLY_SENT: _("<b>{actor}</b> asked <b>{learner}</b> what it is about"),
        Kind.REPLIED: _("<b>{actor}</b> replied to <b>{learner}</b>"),
        Kind.REPLY_CANCELLED: _("<b>{actor}</b> took a reply back before it left"),
        Kind.MESSAGE_SENT: _("A message to <b>{learner}</b> was sent"),
        Kind.SENDING_FAILED: _("A message did not get to <b>{learner}</b>: {new}"),
        Kind.LEARNER_WROTE: _("<b>{actor}</b> wrote"),
        Kind.QUESTION_KNOWN: _("<b>{actor}</b> wrote down the question: <b>{new}</b>"),
        Kind.RATED: _("<b>{actor}</b> changed the rating from {old} to <b>{new}</b>"),
    }[Kind(event.kind)]


def _values(fact: Fact, team: Team | None, people: People | None) -> tuple[str, str]:
    """What it was and what it became, in words; with links to the tickets of this team."""
    show: Callable[[str], str] = str
    match fact:
        case AssigneeChanged():
            return _name(people, fact.old_person, fact.old_value), _name(people, fact.new_person, fact.new_value)
        case MergedInto() | UnmergedFrom() | Absorbed() | SplitOff():
            show = partial(_ticket_link, team) if team else str
        case StatusChanged():
            show = _status_label
        case PriorityChanged():
            show = _priority_label
        case SnoozeChanged():
            show = _time_label
        case QuestionKnown():
            show = _topic_label
        case Rated():
            show = _rating_label
    return show(fact.old_value), show(fact.new_value)


def _ticket_link(team: Team, number: str) -> str:
    if not number:
        return ""
    return format_html('<a class="link" href="{}">{}</a>', reverse("ticket", args=[team.slug, number]), number)


def _status_label(value: str) -> str:
    return str(Status(value).label) if value in Status.values else value


def _priority_label(value: str) -> str:
    return str(Priority[value.upper()].label) if value.upper() in Priority.names else value


def _topic_label(value: str) -> str:
    return str(Topic(value).label) if value in Topic.values else value


def _rating_label(value: str) -> str:
    return str(Score[value.upper()].label) if value.upper() in Score.names else value


def _time_label(value: str) -> str:
    moment = parse_datetime(value)
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT") if moment else value
