"""Records e-mails from people other than the learner, mostly colleagues using their mail program; sends nothing."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from helpdesk.conversations.actions.awaiting import count_response, first_unanswered
from helpdesk.conversations.actions.incoming_messages import IncomingMessage, create_message
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.mentions import mentions_in
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.message_facts import NoteAdded, Replied
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_text
from helpdesk.ui.refusals import ActionRefused


def note_from_email(ticket: Ticket, actor: Actor, incoming: IncomingMessage) -> Message:
    """Record the e-mail as a note, which only the team sees. Raises ActionRefused if it is empty.

    The note gets the e-mail's `author_email`, which is set if nothing proves that a member wrote it.
    """
    return _note(root_ticket(ticket), actor, _checked(incoming))


def note_reply_from_email(ticket: Ticket, actor: Actor, incoming: IncomingMessage) -> Message:
    """Record the e-mail as a reply that the learner has already received. Raises ActionRefused if it is empty."""
    return _reply(root_ticket(ticket), actor, _checked(incoming))


def _checked(incoming: IncomingMessage) -> IncomingMessage:
    """The message with its text as it is stored: the quoted text if it has no other. Raises ActionRefused if empty."""
    body, quoted = (incoming.body, incoming.quoted) if incoming.body else (incoming.quoted, "")
    body = clean_text(body)
    if not (body or incoming.attachments):
        raise ActionRefused(_("Write something first."))
    return replace(incoming, body=body[:LONGEST_TEXT], quoted=quoted)


@action
def _note(ticket: Ticket, actor: Actor, incoming: IncomingMessage) -> Message:
    note = create_message(ticket, actor, Message.Kind.NOTE, incoming)
    if not note.author_email:
        note.mentions = mentions_in(note.body, ticket.team)
        note.save(update_fields=["mentions"])
    save_change(ticket)
    record(ticket, actor, TicketEvent.Kind.NOTE_ADDED, NoteAdded(note.pk))
    return note


@action
def _reply(ticket: Ticket, actor: Actor, incoming: IncomingMessage) -> Message:
    message = create_message(ticket, actor, Message.Kind.REPLY, incoming)
    at = message.created_at
    count_response(ticket, at)
    if ticket.awaiting_reply_since and ticket.awaiting_reply_since <= at:
        ticket.awaiting_reply_since = first_unanswered(ticket, at)
    if ticket.sending_failed_at and ticket.sending_failed_at <= at:  # a later failure stays
        ticket.sending_failed_at = None
    save_change(ticket, "first_responded_at", "awaiting_reply_since", "sending_failed_at")
    record(ticket, actor, TicketEvent.Kind.REPLIED, Replied(message.pk))
    if ticket.status == Status.NEW:
        set_status(ticket, actor, Status.OPEN)
    return message
