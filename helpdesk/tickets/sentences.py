"""Turns events of a ticket's history into sentences; events themselves store only facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.teams.models import Team
from helpdesk.teams.names import People
from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.facts import (
    EVENT_TEXTS,
    Absorbed,
    AssigneeChanged,
    EventKind,
    MergedInto,
    PriorityChanged,
    SnoozeChanged,
    SplitOff,
    StatusChanged,
    UnmergedFrom,
)
from helpdesk.tickets.mentions import people_mentioned
from helpdesk.tickets.message_facts import EmailTakenOut, QuestionKnown, Rated
from helpdesk.tickets.models import Message, Priority, Score, Status, Ticket, TicketEvent, Topic
from helpdesk.ui.hours import date_and_time
from helpdesk.ui.isolation import isolated


def people_in(team: Team, events: Iterable[TicketEvent], messages: Iterable[Message] = ()) -> People:
    """The labels of everybody whom these events and messages refer to, and of the team's members."""
    messages = list(messages)
    keys = {key for event in events for key in (event.actor_id, event.fact.old_person, event.fact.new_person)}
    return People(team, keys | {message.author_id for message in messages} | people_mentioned(messages))


def sentence_of(event: TicketEvent, ticket: Ticket, *, links: bool = False, people: People | None = None) -> SafeString:
    """The event as a sentence, in the active language.

    On the team's pages, pass `links` to link to other tickets, and `people` to tell namesakes apart (see
    `label_of_actor`).
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
    """The actor's name at the time; empty for the system. See `label_of_actor`."""
    return label_of_actor(people, event.actor_kind, event.actor_id, event.actor_name)


def label_of_actor(people: People | None, kind: str, pk: int | None, name: str) -> str:
    """The actor's name at the time, or “Erased learner”.

    `people` tells namesakes apart: people who share their name get their e-mail address added, and tokens, which may be
    named like a person, the word “token”.
    """
    if kind == TicketEvent.ActorKind.LEARNER and not name:
        return _("Erased learner")
    if people and kind == TicketEvent.ActorKind.TOKEN:
        return _("%(name)s (token)") % {"name": name}
    return label_of(people, pk, name)


def label_of(people: People | None, pk: int | None, name: str) -> str:
    """A person's name at the time; with `people`, their label, which tells namesakes apart."""
    return people.label(pk, name) if people and pk and name else name


def _pattern(event: TicketEvent) -> str:
    if event.kind == EventKind.CREATED and event.actor_kind == TicketEvent.ActorKind.PERSON:
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
        case EmailTakenOut(message_kind=Message.Kind.LEARNER):
            return _("<b>{actor}</b> took an e-mail from <b>{learner}</b> out of the ticket")
        case QuestionKnown(new="", origin=""):
            return _("<b>{actor}</b> removed the topic: <b>{old}</b>")
        case QuestionKnown(new=""):
            return _("<b>{actor}</b> wrote down the question")
        case Rated(old=""):
            return _("<b>{actor}</b> rated the help: <b>{new}</b>")
    if event.kind not in EVENT_TEXTS:  # stored by a newer version, while both run
        return _("<b>{actor}</b> did something that this version of Helpdesk does not know")
    return str(EVENT_TEXTS[event.kind].sentence)


def _values(fact: Fact, team: Team | None, people: People | None) -> tuple[str, str]:
    """The old and the new value in words; tickets as links if a team is given."""
    show: Callable[[str], str] = str
    match fact:
        case AssigneeChanged():
            return label_of(people, fact.old_person, fact.old_value), label_of(people, fact.new_person, fact.new_value)
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
    return date_and_time(moment) if moment else value
