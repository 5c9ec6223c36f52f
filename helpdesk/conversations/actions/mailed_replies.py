"""Declaring that a note is a reply which a colleague e-mailed to the learner, and undoing that."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.replies_of_notes import make_note, make_reply
from helpdesk.conversations.actions.undo_recorder import UndoRecorder
from helpdesk.conversations.inbound.decisions import (
    label_of_decider,
    lock_email,
    reason_of,
    restore_reason,
    save_decision,
)
from helpdesk.conversations.inbound.messages import is_to
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.threads import member_of
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions.locking import lock_together
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from helpdesk.ui.refusals import ActionRefused


def take_as_reply(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Turn a note into a reply: `actor` confirms that a colleague e-mailed it to the learner, though nothing proves it.

    `take_as_note` undoes it. Raises ActionRefused.
    """
    reading = Reading(email)  # slow, so before anything is locked
    with transaction.atomic():
        reading.email = locked = lock_email(email)
        note, member = locked.message, member_of(reading)
        if note is None or member is None or not can_be_reply(reading):
            raise ActionRefused(_("Only a note that someone on the team sent to the learner can be a reply."))
        recorder, was = UndoRecorder(), {"author": note.author_id, "author_name": note.author_name}
        was |= {"author_email": note.author_email, "undo": locked.undo, **reason_of(locked)}
        lock_together(note.ticket)
        recorder.watch(note.ticket)
        make_reply(note.ticket, Actor.person(member.user), note)
        locked.reasons = [Reason.of(ReasonCode.REPLY_BY, person=label_of_decider(locked.team, actor))]
        return save_decision(locked, actor.user, locked.undo | recorder.recorded() | {"note": was})


@transaction.atomic
def take_as_note(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Undo `take_as_reply` and its changes, except for what has changed since. Raises ActionRefused."""
    locked = lock_email(email)
    if locked.message is None or "note" not in locked.undo:
        raise ActionRefused(_("This e-mail is not marked as a reply."))
    make_note(locked.message.ticket, actor, locked.message, locked.undo)
    was = locked.undo["note"]
    restore_reason(locked, was)
    return save_decision(locked, locked.decided_by if "was" in was["undo"] else None, was["undo"])


def can_be_reply(reading: Reading) -> bool:
    """Whether it is a note sent to the learner from the address of a member who may reply."""
    note = reading.email.message
    if note is None or note.kind != Message.Kind.NOTE or not is_to(reading, note.ticket.learner):
        return False
    member = member_of(reading)
    return member is not None and member.can(Permission.TICKET_REPLY)


def can_be_note(email: InboundEmail) -> bool:
    """Whether it is a reply only because somebody said so, and can become a note again."""
    return "note" in email.undo and email.message is not None
