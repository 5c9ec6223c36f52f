"""Notes, which only the team sees."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.teams.models import User
from helpdesk.tickets.actions.recording import action, event_of, record_all, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.mentions import mentions_in
from helpdesk.tickets.message_facts import NoteAdded
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_text
from helpdesk.ui.refusals import ActionRefused


@action
def add_note(ticket: Ticket, actor: Actor, body: str, mentioned: Collection[User] = ()) -> Message:
    """Write a note, which notifies the people named in it and those in `mentioned`. Refuses empty and too long ones."""
    note = _write(ticket, actor, body, mentioned)
    _record(ticket, actor, note)
    return note


@action
def hold_note(ticket: Ticket, actor: Actor, body: str, until: datetime) -> Message:
    """Write a note that only its author sees until this time (UTC), and can take back; then call `settle_note`."""
    return _write(ticket, actor, body, (), until)


def settle_note(ticket: Ticket, note: Message) -> None:
    """Show a held note to the team, and record it at the time when it was written. Call with the ticket locked."""
    note.send_at = None
    note.save(update_fields=["send_at"])
    _record(ticket, Actor(TicketEvent.ActorKind.PERSON, note.author_name, note.author), note)


def _write(
    ticket: Ticket, actor: Actor, body: str, mentioned: Collection[User], until: datetime | None = None
) -> Message:
    body = clean_text(body)
    if not body:
        raise ActionRefused(_("Write something first."))
    if len(body) > LONGEST_TEXT:
        raise ActionRefused(_("A note can have at most 20,000 characters."))
    return Message.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        author=actor.user,
        author_name=actor.name,
        body=body,
        mentions=mentions_in(body, ticket.team, mentioned),
        send_at=until,
    )


def _record(ticket: Ticket, actor: Actor, note: Message) -> None:
    save_change(ticket)
    event = event_of(ticket, actor, TicketEvent.Kind.NOTE_ADDED, NoteAdded(note.pk))
    event.created_at = min(note.created_at, timezone.now())
    record_all([event])
