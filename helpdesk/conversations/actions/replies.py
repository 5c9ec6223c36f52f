"""Replying to a learner, taking a reply back before it leaves, and trying one again that did not get there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.asked import note_asked_again
from helpdesk.conversations.actions.awaiting import follow_replies, still_awaited
from helpdesk.conversations.actions.failures import note_seen_to
from helpdesk.conversations.actions.reply_checks import check_attachments, check_text, recipient_of
from helpdesk.conversations.dispatches import create_dispatch, requeue
from helpdesk.conversations.drafts import Page, end_draft, give_back_draft
from helpdesk.conversations.learner_statements import LearnerSaid, said_since
from helpdesk.conversations.models import Attachment, Dispatch, QuestionRequest
from helpdesk.conversations.sent_forms import is_other_way, message_of, note_sent
from helpdesk.conversations.variables import fill_in
from helpdesk.tickets.actions.locking import lock_root
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import Replied, ReplyCancelled
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from helpdesk.tickets.since import Since, version_of
from helpdesk.tickets.undo import altered, give_back, restorable, state_of
from helpdesk.ui.names import clean_text
from helpdesk.ui.refusals import ActionRefused

UNDO_TIME = timedelta(seconds=10)
STAMPED = ("first_responded_at", "resolved_at")
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


@transaction.atomic
def cancel_reply(message: Message, actor: Actor) -> None:
    """Take a reply back that has not left: text and files are the writer's draft again; likewise what asks the learner.

    The ticket goes back to what it was, as far as nothing has changed since. Raises ActionRefused where it has left.
    """
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=message.ticket_id)
    message.refresh_from_db()
    if message.cancelled_at:
        return
    if (message.author or None) != actor.user or message.kind not in Message.TO_LEARNER:
        raise ActionRefused(_("Only whoever wrote it can take it back."))
    # The worker takes a dispatch by the same kind of statement: one of the two finds it held, never both.
    held = Dispatch.objects.filter(message=message, state=Dispatch.State.HELD)
    dispatch = held.first()
    if dispatch is None or not held.update(state=Dispatch.State.CANCELLED, next_try_at=None):
        raise ActionRefused(_("It has been sent already."))
    dispatch.events.create(state=Dispatch.State.CANCELLED)
    message.cancelled_at = timezone.now()
    message.save(update_fields=["cancelled_at"])
    if message.kind == Message.Kind.REPLY and actor.user:
        give_back_draft(message, actor.user)
    else:
        message.attachments.update(message=None)
    QuestionRequest.objects.filter(message=message).delete()  # so that one may ask after all
    save_change(ticket)
    record(ticket, actor, Kind.REPLY_CANCELLED, ReplyCancelled(message.pk))
    give_back_state(ticket, actor, dispatch)


def give_back_state(ticket: Ticket, actor: Actor, dispatch: Dispatch) -> None:
    """Have the ticket be what it was before this reply, where nothing has changed since; locked."""
    if ticket.is_merged:
        return
    _give_back(ticket, actor, dispatch)
    if dispatch.message.kind == Message.Kind.REPLY:
        follow_replies(ticket)


def _give_back(ticket: Ticket, actor: Actor, dispatch: Dispatch) -> None:
    since = Since(ticket, version_of(dispatch.message))
    if since.is_replied:
        return
    unchanged = since.allowed(restorable(dispatch.before, dispatch.after, state_of(ticket)), has_moved_it=True)
    if waited_since := unchanged.pop("awaiting_reply_since", None):  # for an answer to what may be taken back by now
        waits_since = still_awaited(ticket, datetime.fromisoformat(waited_since))
        unchanged["awaiting_reply_since"] = waits_since and waits_since.isoformat()
    if unchanged:
        give_back(ticket, actor, unchanged, dispatch.after)


@transaction.atomic
def retry_message(message: Message, actor: Actor) -> None:
    """Send a message once more that did not get to the learner, under the same Message-ID.

    The ticket is again what the message had made of it, as far as nothing has changed since it failed. Raises
    ActionRefused where it is on its way, or its address is not written to any more.
    """
    ticket = lock_root(message.ticket)
    recipient_of(ticket)
    requeued = requeue(message, actor)
    if not requeued:
        raise ActionRefused(_("This message has not failed."))
    note_seen_to(ticket)
    note_asked_again(message)
    if ticket.pk == message.ticket_id:
        for dispatch in requeued:
            _bring_state_again(ticket, actor, dispatch)
        if message.kind == Message.Kind.REPLY:
            follow_replies(ticket)


def _bring_state_again(ticket: Ticket, actor: Actor, dispatch: Dispatch) -> None:
    """What `give_back_state` took back; the times are those of now, since nothing had got to the learner before."""
    since = Since(ticket, version_of(dispatch.message))
    if since.is_replied:
        return
    was = state_of(ticket)
    again = restorable(dispatch.after, dispatch.before, was)
    if since.news:  # who waits for an answer to that
        again = {name: again[name] for name in again if name == "first_responded_at"}
    if "status" not in again:
        again.pop("resolved_at", None)
    again |= {name: timezone.now().isoformat() for name in STAMPED if again.get(name)}
    give_back(ticket, actor, again, dispatch.before)
    dispatch.before, dispatch.after = altered(was, state_of(ticket))
    dispatch.save(update_fields=["before", "after"])
