"""Sending a message again that did not reach the learner."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.awaiting import follow_replies
from helpdesk.conversations.actions.dismissing_failures import note_seen_to
from helpdesk.conversations.actions.question_request_states import note_request_sent_again
from helpdesk.conversations.actions.reply_checks import recipient_of
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending.dispatches import requeue
from helpdesk.tickets.actions.locking import lock_root
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.later_events import LaterEvents, version_of
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.undo import altered, restorable, restore, state_of
from helpdesk.ui.refusals import ActionRefused

STAMPED = ("first_responded_at", "resolved_at")


@transaction.atomic
def retry_message(message: Message, actor: Actor) -> None:
    """Send a message again that did not reach the learner, with the same Message-ID.

    This redoes what the message changed on the ticket, except for what has changed since it failed. Raises
    ActionRefused if the message has not failed, or no e-mail can be sent to the learner.
    """
    ticket = lock_root(message.ticket)
    recipient_of(ticket)
    requeued = requeue(message, actor)
    if not requeued:
        raise ActionRefused(_("This message has not failed."))
    note_seen_to(ticket)
    note_request_sent_again(message)
    if ticket.pk == message.ticket_id:
        for dispatch in requeued:
            _bring_state_again(ticket, actor, dispatch)
        if message.kind == Message.Kind.REPLY:
            follow_replies(ticket)


def _bring_state_again(ticket: Ticket, actor: Actor, dispatch: Dispatch) -> None:
    """Redo what `restore_state` undid, with the current time, because nothing had reached the learner before."""
    later = LaterEvents(ticket, version_of(dispatch.message))
    if later.is_replied:
        return
    was = state_of(ticket)
    again = restorable(dispatch.after, dispatch.before, was)
    if later.needing_attention:  # the team still has to see to that
        again = {name: again[name] for name in again if name == "first_responded_at"}
    if "status" not in again:
        again.pop("resolved_at", None)
    again |= {name: timezone.now().isoformat() for name in STAMPED if again.get(name)}
    restore(ticket, actor, again, dispatch.before)
    dispatch.before, dispatch.after = altered(was, state_of(ticket))
    dispatch.save(update_fields=["before", "after"])
