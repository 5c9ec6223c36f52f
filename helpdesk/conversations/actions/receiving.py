"""Stores what a learner writes, through any channel, in the right ticket."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.incoming_messages import IncomingMessage, create_message
from helpdesk.conversations.actions.learned_question import is_proved, learn_question
from helpdesk.conversations.actions.locking_learners import lock_unerased_learner
from helpdesk.conversations.actions.question_request_states import note_request_answered
from helpdesk.conversations.actions.receiving_tickets import lock_receiving_ticket
from helpdesk.conversations.actions.undo_recorder import UndoRecorder
from helpdesk.conversations.learner_page.link_redaction import without_tokens
from helpdesk.courses.actions import note_activity
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.snooze import set_snoozed_until
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import Reference
from helpdesk.tickets.message_facts import LearnerWrote
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent, Topic
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_text


@transaction.atomic
def receive_message(
    ticket: Ticket, actor: Actor, incoming: IncomingMessage, recorder: UndoRecorder | None = None
) -> Message:
    """Store what the learner wrote; the returned message may be in another ticket, if this one was merged or is over.

    A finished ticket is reopened within the team's time limit; after that, a new ticket continues it. The message may
    have no text: files or a topic are enough. Its text can become the ticket's question if the learner is proved to
    have written it, or it opens a new ticket.

    Changes are recorded in `recorder`. Raises ActionRefused, and its subclass LearnerErased.
    """
    incoming = replace(incoming, body=clean_text(without_tokens(incoming.body)))
    _check(incoming)
    # Locked before any ticket, as for events, so that one learner's messages are stored one at a time.
    learner = lock_unerased_learner(ticket.learner_id)
    written_at, recorder = incoming.written_at or timezone.now(), recorder or UndoRecorder()
    note_activity({learner: written_at})
    target = lock_receiving_ticket(ticket, actor, recorder)
    return _keep(target, actor, replace(incoming, written_at=written_at), is_new=recorder.is_new)


def _check(incoming: IncomingMessage) -> None:
    """Refuse a message with nothing in it, a text that is too long, or an unknown topic. Raises ActionRefused."""
    if not (incoming.body or incoming.attachments or incoming.topic or incoming.quoted):
        raise ActionRefused(_("Write something first."))
    if len(incoming.body) > LONGEST_TEXT:
        raise ActionRefused(_("A message can have at most 20,000 characters."))
    if incoming.topic and incoming.topic not in Topic.values:
        raise ActionRefused(_("Unknown topic."))


@action
def _keep(ticket: Ticket, actor: Actor, incoming: IncomingMessage, *, is_new: bool) -> Message:
    was_finished = ticket.is_finished
    message = create_message(ticket, actor, Message.Kind.LEARNER, incoming)
    waits_since = ticket.awaiting_reply_since
    if was_finished or waits_since is None or message.created_at < waits_since:
        ticket.awaiting_reply_since = message.created_at
    save_change(ticket, "awaiting_reply_since")
    fact = LearnerWrote(message.pk, message.topic, Reference.to_any(incoming.lesson))
    record(ticket, actor, TicketEvent.Kind.LEARNER_WROTE, fact)
    if is_new or is_proved(message):
        note_request_answered(ticket, message.created_at)
        _learn(ticket, actor, message, incoming, was_finished=was_finished)
    if ticket.snoozed_until:
        set_snoozed_until(ticket, actor, None)
    if was_finished or ticket.status == Status.PENDING:
        set_status(ticket, actor, Status.OPEN)
    return message


def _learn(ticket: Ticket, actor: Actor, message: Message, incoming: IncomingMessage, *, was_finished: bool) -> None:
    said = incoming.body if incoming.question is None else incoming.question
    if was_finished and ticket.first_responded_at:
        said = ""  # thanks, or that it still does not work: the question was already answered
    learn_question(
        ticket,
        actor,
        message,
        said,
        incoming.lesson,
        is_lesson_withdrawn=incoming.is_lesson_withdrawn,
        known_at=timezone.now(),
    )
