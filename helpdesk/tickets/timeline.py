"""The history of a ticket as sentences: events store facts, here alone they become words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.models import Message, Priority, Status, Ticket, TicketEvent
from helpdesk.ui.names import isolated

Kind = TicketEvent.Kind


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: a sentence, or a text under it with its author's name."""

    at: datetime
    sentence: SafeString
    text: str = ""
    author_name: str = ""
    call: Ticket | None = None
    merged_ticket: Ticket | None = None


def timeline_of(ticket: Ticket, calls: Iterable[Ticket]) -> list[Entry]:
    """All that happened here and in the calls folded in, oldest first.

    What was done in a folded one names it in `call`; where it was folded in, it can be split off.
    """
    by_pk = {call.pk: call for call in calls}
    folded = {str(call.number): call for call in by_pk.values()}
    here = [ticket, *by_pk.values()]
    entries = []
    events = list(
        TicketEvent.objects.filter(ticket__in=here).exclude(kind=Kind.NOTE_ADDED).order_by("created_at", "pk")
    )
    notes = list(Message.objects.filter(ticket__in=here, kind=Message.Kind.NOTE).order_by("created_at", "pk"))
    people = people_in(ticket.team, events, notes)
    for event in events:
        if event.ticket_id != ticket.pk and (event.kind == Kind.CREATED or event.attribute == "merged_into"):
            continue  # told from the side of the ticket that stands for it
        merged = folded.pop(event.new_value, None) if event.kind in {Kind.ASKED_AGAIN, Kind.MERGED} else None
        at = event.created_at
        if event.kind == Kind.CREATED:
            at = ticket.requested_at
        elif event.kind == Kind.ASKED_AGAIN and merged:
            at = merged.requested_at
        question = merged.question if merged and merged.question != ticket.question else ""
        sentence = sentence_of(event, ticket, links=True, people=people)
        entries.append(Entry(at, sentence, question, call=by_pk.get(event.ticket_id), merged_ticket=merged))
    for note in notes:
        author = people.label(note.author_id, note.author_name)
        sentence = format_html(_("<b>{author}</b> wrote a note for the team"), author=isolated(author))
        entries.append(Entry(note.created_at, sentence, note.body, author, by_pk.get(note.ticket_id)))
    return sorted(entries, key=lambda entry: entry.at)


def changes_since(ticket: Ticket, version: int, *, exclude_actor: User) -> list[Entry]:
    """What others changed after this version of the ticket."""
    if ticket.version <= version:
        return []
    events = list(ticket.events.filter(version__gt=version).exclude(actor=exclude_actor).order_by("version", "pk"))
    people = people_in(ticket.team, events)
    return [Entry(event.created_at, sentence_of(event, ticket, people=people)) for event in events]


def people_in(team: Team, events: Iterable[TicketEvent], notes: Iterable[Message] = ()) -> People:
    """Those whom these speak of, beside the members."""
    keys = {key for event in events for key in (event.actor_id, event.old_person, event.new_person)}
    return People(team, keys | {note.author_id for note in notes})


def sentence_of(event: TicketEvent, ticket: Ticket, *, links: bool = False, people: People | None = None) -> SafeString:
    """The event as a sentence in the language of the reader.

    On pages of the team with `links` to other tickets, and with `people` with the e-mail beside names that several
    bear.
    """
    pattern = _patterns()[event.kind]
    if event.kind == Kind.CREATED and event.actor_kind == TicketEvent.ActorKind.PERSON:
        pattern = _("<b>{actor}</b> opened the ticket for <b>{learner}</b>")
    if event.kind == Kind.MERGED and event.attribute == "merged_into":
        pattern = _("<b>{actor}</b> merged this request into #{new}")
    if event.kind == Kind.UNMERGED and event.attribute == "merged_into":
        pattern = _("<b>{actor}</b> split this request off from #{old}")
    if event.kind == Kind.ASSIGNED and _is_own(event):
        pattern = _("<b>{actor}</b> took it")
    return format_html(
        pattern,
        actor=isolated(_name(people, event.actor_id, event.actor_name) or _("The system")),
        learner=isolated(ticket.learner),
        course=isolated(ticket.course or _("no specific course")),
        old=isolated(_value(event, _name(people, event.old_person, event.old_value), ticket.team if links else None)),
        new=isolated(_value(event, _name(people, event.new_person, event.new_value), ticket.team if links else None)),
    )


def _name(people: People | None, pk: int | None, text: str) -> str:
    """What stands in the event; of a person, so that nobody takes them for another."""
    return people.label(pk, text) if people and pk and text else text


def _is_own(event: TicketEvent) -> bool:
    """Whether somebody made themselves responsible; events of old have no keys, and names have to do."""
    if event.new_person is None:
        return event.actor_name == event.new_value
    return event.actor_id == event.new_person


def _patterns() -> dict[str, str]:
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
    }


def _value(event: TicketEvent, value: str, team: Team | None) -> str:
    if event.attribute in {"merged_into", "merged_tickets"} and value:
        return format_html('<a class="link" href="{}">{}</a>', _address(team, value), value) if team else value
    if event.attribute == "status" and value in Status.values:
        return str(Status(value).label)
    if event.attribute == "priority" and value.upper() in Priority.names:
        return str(Priority[value.upper()].label)
    if event.attribute == "snoozed_until" and (moment := parse_datetime(value)):
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return value


def _address(team: Team, number: str) -> str:
    return reverse("ticket", args=[team.slug, number])
