"""Taking back a message to a learner before it is sent."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.awaiting import follow_replies, still_awaited
from helpdesk.conversations.models import Dispatch, QuestionRequest
from helpdesk.conversations.writing.drafts import restore_draft
from helpdesk.tickets.actions.recording import record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.later_events import LaterEvents, version_of
from helpdesk.tickets.message_facts import ReplyCancelled
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.tickets.undo import restorable, restore, state_of
from helpdesk.ui.refusals import ActionRefused

Kind = TicketEvent.Kind


@transaction.atomic
def cancel_reply(message: Message, actor: Actor) -> None:
    """Take back a reply, or a question to the learner, that has not been sent yet.

    A reply's text and files become its writer's draft again. The ticket goes back to its earlier state, except for
    what has changed since. Raises ActionRefused if the message has been sent, or somebody else wrote it.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=message.ticket_id)
    message.refresh_from_db()
    if message.cancelled_at:
        return
    if (message.author or None) != actor.user or message.kind not in Message.TO_LEARNER:
        raise ActionRefused(_("Only the person who wrote it can undo it."))
    # The worker claims a dispatch with the same kind of UPDATE, so only one of the two can find it held.
    held = Dispatch.objects.filter(message=message, state=Dispatch.State.HELD)
    dispatch = held.first()
    if dispatch is None or not held.update(state=Dispatch.State.CANCELLED, next_try_at=None):
        raise ActionRefused(_("It has already been sent."))
    dispatch.events.create(state=Dispatch.State.CANCELLED)
    message.cancelled_at = timezone.now()
    message.save(update_fields=["cancelled_at"])
    if message.kind == Message.Kind.REPLY and actor.user:
        restore_draft(message, actor.user)
    else:
        message.attachments.update(message=None)
    QuestionRequest.objects.filter(message=message).delete()  # so that the learner can be asked again
    save_change(ticket)
    record(ticket, actor, Kind.REPLY_CANCELLED, ReplyCancelled(message.pk))
    restore_state(ticket, actor, dispatch)


def restore_state(ticket: Ticket, actor: Actor, dispatch: Dispatch) -> None:
    """Undo what this message changed on the locked ticket, except for what has changed since."""
    if ticket.is_merged:
        return
    _restore(ticket, actor, dispatch)
    if dispatch.message.kind == Message.Kind.REPLY:
        follow_replies(ticket)


def _restore(ticket: Ticket, actor: Actor, dispatch: Dispatch) -> None:
    later = LaterEvents(ticket, version_of(dispatch.message))
    if later.is_replied:
        return
    unchanged = later.without_outdated_status(
        restorable(dispatch.before, dispatch.after, state_of(ticket)), has_changed_status=True
    )
    if waited_since := unchanged.pop("awaiting_reply_since", None):  # that message may have been taken back
        waits_since = still_awaited(ticket, datetime.fromisoformat(waited_since))
        unchanged["awaiting_reply_since"] = waits_since and waits_since.isoformat()
    if unchanged:
        restore(ticket, actor, unchanged, dispatch.after)
