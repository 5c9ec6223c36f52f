"""Replying to a learner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.reply_checks import check_attachments, check_text, recipient_of
from helpdesk.conversations.dispatches import create_dispatch
from helpdesk.conversations.drafts import Page, end_draft
from helpdesk.conversations.learner_statements import LearnerSaid, said_since
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.sent_forms import is_other_way, message_of, note_sent
from helpdesk.conversations.variables import fill_in
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import Replied
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.undo import altered, state_of
from helpdesk.ui.names import clean_text
from helpdesk.ui.refusals import ActionRefused

UNDO_TIME = timedelta(seconds=10)
Kind = TicketEvent.Kind


class NewMessages(ActionRefused):
    """Somebody wrote on the ticket since the newest message that the writer saw; `messages` are theirs.

    `said` is what the learner said otherwise since the version that the writer saw.
    """

    def __init__(self, messages: list[Message], said: list[LearnerSaid]) -> None:
        super().__init__(_("Something new was written while you were writing. Read it, then send."))
        self.messages, self.said = messages, said


@action
def reply(
    ticket: Ticket,
    actor: Actor,
    body: str,
    *,
    attachments: Sequence[Attachment] = (),
    then: Status | None = None,
    seen: int | None = None,
    seen_version: int | None = None,
    channel: Message.Channel = Message.Channel.DASHBOARD,
    key: str = "",
    page: Page | None = None,
) -> Message:
    """Write to the learner: it leaves in UNDO_TIME, until when `cancel_reply` takes it back.

    With `then` the ticket is pending or resolved afterwards; a new one is open in any case. `seen` is the key of the
    newest message that the writer saw, 0 if there was none, and None if it does not matter, `seen_version` the ticket's
    version that they saw, likewise. What was sent by a form of the same `key` already, is what is given back.
    A draft that another page than this has kept stays.

    Raises ActionRefused, and NewMessages where somebody wrote after `seen`, or the learner said after `seen_version`
    that it works now, that it does not after all, or how they liked the help.
    """
    if sent := message_of(actor.user, key, attachments):
        return sent
    recipient = recipient_of(ticket)
    body = fill_in(clean_text(body), ticket, actor)
    check_text(body, attachments)
    check_attachments(ticket, actor, attachments)
    new, said = _news_since(ticket, actor, seen, seen_version)
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
    _move(ticket, actor, then)
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


def _news_since(
    ticket: Ticket, actor: Actor, seen: int | None, seen_version: int | None
) -> tuple[list[Message], list[LearnerSaid]]:
    """What others wrote since, and what the learner said otherwise; of what does not matter, nothing."""
    return (
        _written_since(ticket, actor, seen) if seen is not None else [],
        said_since(ticket, seen_version) if seen_version is not None else [],
    )


def _written_since(ticket: Ticket, actor: Actor, seen: int) -> list[Message]:
    """What others wrote after this message; what went out by itself does not count."""
    reader = actor.user.pk if actor.user else None
    written = ticket.messages.shown_to(reader).filter(pk__gt=seen).exclude(kind=Message.Kind.AUTOMATIC)
    if actor.user:
        written = written.exclude(author=actor.user)
    return list(written.order_by("pk"))


def _move(ticket: Ticket, actor: Actor, then: Status | None) -> None:
    status = then or (Status.OPEN if ticket.status == Status.NEW else Status(ticket.status))
    if then == Status.RESOLVED and ticket.is_finished:
        return
    if status != ticket.status:
        set_status(ticket, actor, status)


@transaction.atomic
def send_otherwise(
    sent: Message, actor: Actor, key: str, then: Status, *, seen: int | None = None, seen_version: int | None = None
) -> None:
    """A form that was sent already comes again, to leave the ticket in another status: it does, as by `reply`.

    Nothing changes where somebody wrote meanwhile.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=sent.ticket_id)
    if ticket.is_merged or any(_news_since(ticket, actor, seen, seen_version)):
        return
    if not is_other_way(actor.user, key, then):
        return
    was = state_of(ticket)
    _move(ticket, actor, then)
    before, after = altered(was, state_of(ticket))
    for dispatch in sent.dispatches.all():  # an undo gives back what was before the first time
        dispatch.before, dispatch.after = before | dispatch.before, dispatch.after | after
        dispatch.save(update_fields=["before", "after"])
