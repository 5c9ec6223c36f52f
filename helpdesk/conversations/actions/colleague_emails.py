"""What somebody else than the learner wrote in their own mail program, above all of the team: nothing is sent by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.conversations.actions.awaiting import count_response, first_unanswered
from helpdesk.conversations.models import Attachment
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import NoteAdded, Replied
from helpdesk.tickets.mentions import mentions_in
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.names import clean_text
from helpdesk.ui.refusals import ActionRefused

SINCE = ("awaiting_reply_since", "sending_failed_at")


@dataclass(frozen=True)
class Written:
    """What they wrote and when (UTC), what is quoted around it, and the files that they sent along."""

    body: str
    at: datetime
    quoted: str = ""
    files: Sequence[Attachment] = ()


def note_from_email(
    ticket: Ticket, actor: Actor, written: Written, *, author_email: str = "", trust: str = ""
) -> Message:
    """As a note, which the team alone reads; with `author_email` where nothing shows that a member wrote it."""
    return _note(root_ticket(ticket), actor, written, author_email, trust)


def note_reply_from_email(ticket: Ticket, actor: Actor, written: Written) -> Message:
    """Keep it as a reply that the learner has got already."""
    return _reply(root_ticket(ticket), actor, written)


@action
def _note(ticket: Ticket, actor: Actor, written: Written, author_email: str, trust: str) -> Message:
    note = _write(ticket, actor, Message.Kind.NOTE, written, author_email=author_email, trust=trust)
    if not author_email:
        note.mentions = mentions_in(note.body, ticket.team)
        note.save(update_fields=["mentions"])
    save_change(ticket)
    record(ticket, actor, TicketEvent.Kind.NOTE_ADDED, NoteAdded(note.pk))
    return note


@action
def _reply(ticket: Ticket, actor: Actor, written: Written) -> Message:
    message = _write(ticket, actor, Message.Kind.REPLY, written)
    count_response(ticket, written.at)
    if ticket.awaiting_reply_since and ticket.awaiting_reply_since <= written.at:
        ticket.awaiting_reply_since = first_unanswered(ticket, written.at)
    if ticket.sending_failed_at and ticket.sending_failed_at <= written.at:  # else that was only after it
        ticket.sending_failed_at = None
    save_change(ticket, "first_responded_at", *SINCE)
    record(ticket, actor, TicketEvent.Kind.REPLIED, Replied(message.pk))
    if ticket.status == Status.NEW:
        set_status(ticket, actor, Status.OPEN)
    return message


def _write(ticket: Ticket, actor: Actor, kind: Message.Kind, written: Written, **more: str) -> Message:
    body = clean_text(written.body)
    if not (body or written.files):
        raise ActionRefused(_("Write something first."))
    message = Message.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        kind=kind,
        channel=Message.Channel.EMAIL,
        author=actor.user,
        author_name=actor.name,
        body=body[:LONGEST_TEXT],
        quoted=written.quoted,
        created_at=written.at,
        **more,
    )
    Attachment.objects.filter(pk__in=[file.pk for file in written.files]).update(message=message, ticket=ticket)
    return message
