"""Replying to a learner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations.actions.new_messages import NewMessages, updates_since
from helpdesk.conversations.actions.reply_checks import check_attachments, check_text, recipient_of
from helpdesk.conversations.actions.status_after_reply import move_after_reply
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.sending.dispatches import create_dispatch
from helpdesk.conversations.writing.drafts import NO_PAGE, EditorPage, end_draft
from helpdesk.conversations.writing.sent_forms import message_of, note_sent, submission_key
from helpdesk.conversations.writing.variables import fill_in
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import Replied
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.undo import altered, state_of
from helpdesk.ui.cleaning import clean_text

UNDO_TIME = timedelta(seconds=10)
Kind = TicketEvent.Kind


@action
def reply(
    ticket: Ticket,
    actor: Actor,
    body: str,
    *,
    attachments: Sequence[Attachment] = (),
    then: Status | None = None,
    channel: Message.Channel = Message.Channel.DASHBOARD,
    page: EditorPage = NO_PAGE,
) -> Message:
    """Reply to the learner. The message is sent after UNDO_TIME; until then `cancel_reply` can take it back.

    `then` is the ticket's status afterwards, pending or resolved; without it, a new ticket becomes open. If the form of
    this `page` was already submitted, the message from then is returned. A draft saved by another page stays.

    Raises ActionRefused; NewMessages if, since the page was loaded, somebody wrote, or the learner said that it works
    now or still does not, or rated the help.
    """
    key = submission_key(page.form_key, ticket, Message.Kind.REPLY, body)
    if sent := message_of(actor.user, key, attachments):
        return sent
    recipient = recipient_of(ticket)
    body = fill_in(clean_text(body), ticket, actor)
    check_text(body, attachments)
    check_attachments(ticket, actor, attachments)
    new, said = updates_since(ticket, actor, page)
    if new or said:
        raise NewMessages(new, said)
    before = state_of(ticket)
    message = _write(ticket, actor, body, attachments, channel)
    end_draft(ticket, actor.user, Message.Kind.REPLY, body, page)
    if actor.user and ticket.first_responded_at is None:
        ticket.first_responded_at = message.created_at
    ticket.awaiting_reply_since = ticket.sending_failed_at = None
    save_change(ticket, "first_responded_at", "awaiting_reply_since", "sending_failed_at")
    record(ticket, actor, Kind.REPLIED, Replied(message.pk))
    move_after_reply(ticket, actor, then)
    was, became = altered(before, state_of(ticket))
    create_dispatch(message, recipient, before=was, after=became)
    note_sent(actor.user, key, message, then or "")
    return message


def _write(
    ticket: Ticket, actor: Actor, body: str, attachments: Sequence[Attachment], channel: Message.Channel
) -> Message:
    now = timezone.now()
    message = Message.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        kind=Message.Kind.REPLY,
        channel=channel,
        author=actor.user,
        author_name=actor.name,
        body=body,
        created_at=now,
        send_at=now + UNDO_TIME,
    )
    Attachment.objects.filter(pk__in=[file.pk for file in attachments]).update(message=message, draft=None)
    return message
