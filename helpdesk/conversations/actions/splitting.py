"""Splitting a learner's e-mail off from its ticket into a separate one."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.receiving_tickets import open_for_message
from helpdesk.conversations.actions.undo_recorder import UndoRecorder
from helpdesk.conversations.actions.unfiling_emails import unfile_message
from helpdesk.conversations.inbound.decisions import check_kept, label_of_decider, lock_email, save_decision
from helpdesk.conversations.inbound.files import prepare_files
from helpdesk.conversations.inbound.messages import file_into
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sending.sent_texts import sent_texts
from helpdesk.courses.models import Learner
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from helpdesk.ui.refusals import ActionRefused

Trust = Message.Trust


def split_email(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Split the e-mail off into a separate ticket of the same learner, because it is about something else.

    What it changed on the old ticket is undone, except for what has changed since; merging the tickets undoes the
    split. Raises ActionRefused.
    """
    reading = Reading(email, sent_texts(email.ticket) if email.ticket else None)
    files = prepare_files(reading)  # slow, so before anything is locked
    with transaction.atomic():
        locked = lock_email(email)
        check_kept(locked)
        message = locked.message
        if message is None or message.kind != Message.Kind.LEARNER:
            raise ActionRefused(_("Only what a learner wrote can become a separate ticket."))
        if not can_be_split(locked):
            raise ActionRefused(_("This e-mail opened its ticket, so there is nothing to separate it from."))
        Learner.objects.select_for_update(no_key=True).get(pk=message.ticket.learner_id)  # locked before any ticket
        unfile_message(message, actor, locked.undo)
        reading.email, recorder = locked, UndoRecorder()
        opened = open_for_message(
            message.ticket.learner,
            actor,
            recorder,
            earlier=message.ticket,
            is_separate=True,
            asked_at=locked.received_at,
        )
        is_by_token = message.trust == Trust.TOKEN
        outcome = file_into(reading, files, opened, is_by_token=is_by_token, recorder=recorder)
        locked.ticket, locked.message, locked.left_out = outcome.ticket, outcome.message, outcome.left_out
        locked.reasons = [Reason.of(ReasonCode.SPLIT_BY, person=label_of_decider(locked.team, actor))]
        return save_decision(locked, actor.user, outcome.undo)


def can_be_split(email: InboundEmail) -> bool:
    """Whether it is a learner's message whose ticket contains something else as well."""
    message = email.message
    if not email.raw or message is None or message.kind != Message.Kind.LEARNER:
        return False
    if email.undo.get("opened") != message.ticket_id:
        return True
    written = message.ticket.messages.filter(kind=Message.Kind.LEARNER, cancelled_at=None)
    return message.ticket.request_count > 1 or written.exclude(pk=message.pk).exists()
