"""Turning a note that a colleague sent to the learner into a reply, and back into a note."""

from __future__ import annotations

from typing import Any

from helpdesk.conversations.actions.awaiting import count_response, follow_replies
from helpdesk.teams.models import User
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.later_events import LaterEvents
from helpdesk.tickets.message_facts import NoteAdded, Replied
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.undo import restorable, restore, values_of

ActorKind = TicketEvent.ActorKind


@action
def make_reply(ticket: Ticket, actor: Actor, note: Message) -> None:
    """Turn a filed note into a reply by `actor`, which the learner received when it was written."""
    note.kind, note.author, note.author_name, note.author_email = Message.Kind.REPLY, actor.user, actor.name, ""
    note.save(update_fields=["kind", "author", "author_name", "author_email"])
    count_response(ticket, note.created_at)
    save_change(ticket, "first_responded_at")
    record(ticket, actor, TicketEvent.Kind.REPLIED, Replied(note.pk))
    follow_replies(ticket)
    if ticket.status == Status.NEW:
        set_status(ticket, actor, Status.OPEN)


@action
def make_note(ticket: Ticket, actor: Actor, message: Message, noted: dict[str, Any]) -> None:
    """Undo `make_reply`: restore the note with its former author, and what has not changed since on the ticket."""
    was, before, after = noted["note"], noted["before"], noted["after"]
    message.kind, message.author = Message.Kind.NOTE, User.objects.filter(pk=was["author"]).first()
    message.author_name, message.author_email = was["author_name"], was["author_email"]
    message.save(update_fields=["kind", "author", "author_name", "author_email"])
    save_change(ticket)
    writer = Actor.person(message.author) if message.author else Actor(ActorKind.LEARNER, message.author_name)
    record(ticket, writer, TicketEvent.Kind.NOTE_ADDED, NoteAdded(message.pk))
    unchanged = LaterEvents(ticket, noted["version"]).without_outdated_status(
        restorable(before, after, values_of(ticket))
    )
    if unchanged:
        restore(ticket, actor, unchanged, after)
    follow_replies(ticket)
