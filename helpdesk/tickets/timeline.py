"""The history of a ticket as sentences: events store facts, here alone they become words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.teams.models import User
from helpdesk.tickets.models import Message, Priority, Status, Ticket, TicketEvent
from helpdesk.ui.names import isolated

Kind = TicketEvent.Kind


@dataclass(frozen=True)
class Entry:
    """A line of the timeline: a sentence, or a note under its author's name."""

    at: datetime
    sentence: SafeString
    note: Message | None = None
    unmergeable: Ticket | None = None


def timeline_of(ticket: Ticket, merged: Iterable[Ticket]) -> list[Entry]:
    """All that happened, oldest first; a repeated call that is still folded in carries its ticket, to be split off."""
    folded = {str(other.number): other for other in merged}
    entries = []
    for event in ticket.events.exclude(kind=Kind.NOTE_ADDED).order_by("created_at", "pk"):
        call = folded.pop(event.new_value, None) if event.kind in {Kind.ASKED_AGAIN, Kind.MERGED} else None
        at = event.created_at
        if event.kind == Kind.CREATED:
            at = ticket.requested_at
        elif event.kind == Kind.ASKED_AGAIN and call:
            at = call.requested_at
        entries.append(Entry(at, sentence_of(event, ticket), unmergeable=call))
    entries += [
        Entry(
            message.created_at,
            format_html(_("<b>{author}</b> noted, for the team only"), author=isolated(message.author_name)),
            note=message,
        )
        for message in ticket.messages.filter(kind=Message.Kind.NOTE).order_by("created_at", "pk")
    ]
    return sorted(entries, key=lambda entry: entry.at)


def changes_since(ticket: Ticket, version: int, *, but_by: User) -> list[Entry]:
    """What others changed after this version of the ticket."""
    if ticket.version <= version:
        return []
    events = ticket.events.filter(version__gt=version).exclude(actor=but_by).order_by("version", "pk")
    return [Entry(event.created_at, sentence_of(event, ticket)) for event in events]


def sentence_of(event: TicketEvent, ticket: Ticket) -> SafeString:
    """The event as a sentence in the language of the reader."""
    pattern = _patterns()[event.kind]
    if event.kind == Kind.CREATED and event.actor_kind == TicketEvent.ActorKind.PERSON:
        pattern = _("<b>{actor}</b> opened the ticket for <b>{learner}</b>")
    if event.kind == Kind.MERGED and event.attribute == "merged_into":
        pattern = _("<b>{actor}</b> folded this request into #{new}")
    if event.kind == Kind.UNMERGED and event.attribute == "merged_into":
        pattern = _("<b>{actor}</b> split this request off from #{old}")
    if event.kind == Kind.ASSIGNED and _is_own(event):
        pattern = _("<b>{actor}</b> took it")
    return format_html(
        pattern,
        actor=isolated(event.actor_name or _("The system")),
        learner=isolated(ticket.learner),
        course=isolated(ticket.course or _("no course in particular")),
        old=isolated(_value(event, event.old_value)),
        new=isolated(_value(event, event.new_value)),
    )


def _is_own(event: TicketEvent) -> bool:
    """Whether somebody made themselves responsible; events of old have no keys, and names have to do."""
    if event.new_person is None:
        return event.actor_name == event.new_value
    return event.actor_id == event.new_person


def _patterns() -> dict[str, str]:
    return {
        Kind.CREATED: _("<b>{learner}</b> asked for help in <b>{course}</b>"),
        Kind.ASSIGNED: _("<b>{actor}</b> made <b>{new}</b> responsible"),
        Kind.UNASSIGNED: _("<b>{actor}</b> released it; it was with <b>{old}</b>"),
        Kind.STATUS_CHANGED: _("<b>{actor}</b> changed the status from {old} to <b>{new}</b>"),
        Kind.REOPENED: _("<b>{actor}</b> reopened it"),
        Kind.PRIORITY_CHANGED: _("<b>{actor}</b> changed the priority from {old} to <b>{new}</b>"),
        Kind.TAGGED: _("<b>{actor}</b> tagged it <b>{new}</b>"),
        Kind.UNTAGGED: _("<b>{actor}</b> took the tag <b>{old}</b> off"),
        Kind.SNOOZED: _("<b>{actor}</b> snoozed it until <b>{new}</b>"),
        Kind.UNSNOOZED: _("<b>{actor}</b> brought it back into the inbox"),
        Kind.ASKED_AGAIN: _("<b>{learner}</b> asked again (#{new})"),
        Kind.MERGED: _("<b>{actor}</b> folded #{new} into this ticket"),
        Kind.UNMERGED: _("<b>{actor}</b> split #{old} off from this ticket"),
        Kind.NOTE_ADDED: _("<b>{actor}</b> wrote a note"),
    }


def _value(event: TicketEvent, value: str) -> str:
    if event.attribute == "status" and value in Status.values:
        return str(Status(value).label)
    if event.attribute == "priority" and value.upper() in Priority.names:
        return str(Priority[value.upper()].label)
    if event.attribute == "snoozed_until" and (moment := parse_datetime(value)):
        return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return value
