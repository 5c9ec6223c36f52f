"""Asking the learner what their help request is about: by itself, or once more because a person wants it."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.replies import UNDO_TIME
from helpdesk.conversations.dispatches import create_dispatch
from helpdesk.conversations.first_reply.decision import (
    first_reply_of,
    reason_not_to_ask,
    reason_to_withdraw,
    situation_now,
)
from helpdesk.conversations.first_reply.texts import PreparedFirstReply, prepare
from helpdesk.conversations.models import Dispatch, FirstReply, QuestionRequest
from helpdesk.conversations.senders import person_behind
from helpdesk.operations.clock import database_now
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import FirstReplySent, ReplyCancelled
from helpdesk.tickets.models import Message, Ticket, TicketEvent
from helpdesk.ui.refusals import ActionRefused

Kind, State = QuestionRequest.Kind, QuestionRequest.State
NO_TIME = timedelta(0)


@action
def send_question(
    ticket: Ticket,
    actor: Actor,
    request: QuestionRequest,
    prepared: PreparedFirstReply,
    recipient: str,
    *,
    held: timedelta = NO_TIME,
    channel: Message.Channel = Message.Channel.DASHBOARD,
) -> Message:
    """Have the automatic message leave, after as long as it is `held`; it is no answer, and no change of the ticket."""
    now = timezone.now()
    message = Message.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        kind=Message.Kind.AUTOMATIC,
        channel=channel,
        author=actor.user,
        author_name=actor.name,
        body=prepared.body,
        created_at=now,
        send_at=now + held,
    )
    request.state, request.decided_at, request.message = State.SENT, now, message
    request.topics, request.lessons, request.answer_by = prepared.topics, prepared.lessons, prepared.answer_by
    request.language = prepared.language
    request.sender_first_name = "" if actor.user else person_behind(request.first_reply)
    request.save()
    record(ticket, actor, TicketEvent.Kind.FIRST_REPLY_SENT, FirstReplySent(message.pk))
    create_dispatch(message, recipient, language=prepared.language)
    return message


@action
def ask_again(ticket: Ticket, actor: Actor, *, channel: Message.Channel = Message.Channel.DASHBOARD) -> Message:
    """Ask the learner what it is about, though they may have been asked automatically; only once for each ticket.

    The message leaves after UNDO_TIME, until when it can be taken back.

    Raises ActionRefused.
    """
    if ticket.question_requests.filter(kind=Kind.AGAIN).exists():
        raise ActionRefused(_("The learner has been asked again already. Write to them yourself."))
    now = timezone.now()
    reply = first_reply_of(FirstReply.objects.filter(team=ticket.team_id), ticket.course_id)
    prepared = prepare(reply, ticket, now)
    situation = situation_now(ticket, now, is_complete=not prepared.unresolved)
    reason = reason_not_to_ask(situation, by_person=True)
    if reason:
        raise ActionRefused(_("The learner was not asked: %(reason)s.") % {"reason": reason.label})
    request = QuestionRequest(
        team_id=ticket.team_id,
        ticket=ticket,
        first_reply=reply,
        kind=Kind.AGAIN,
        requested_by=actor.user,
        due_at=now,
        created_at=now,
    )
    return send_question(ticket, actor, request, prepared, situation.address, held=UNDO_TIME, channel=channel)


def question_to_withdraw(dispatch: Dispatch) -> QuestionRequest | None:
    """The request that this e-mail asks, with its reason, where by now there is one not to ask any more.

    What may have got there already is no more to be withdrawn.
    """
    message = dispatch.message
    if message.kind != Message.Kind.AUTOMATIC or dispatch.handed_over_at:
        return None
    request = QuestionRequest.objects.select_related("first_reply").filter(message=message).first()
    if request is None:
        return None
    is_on = bool(request.first_reply and request.first_reply.is_enabled)
    situation = situation_now(message.ticket, database_now(), is_switched_on=is_on)
    request.reason = reason_to_withdraw(situation, by_person=request.kind == Kind.AGAIN) or ""
    return request if request.reason else None


@transaction.atomic
def withdraw_question(dispatch: Dispatch, request: QuestionRequest) -> None:
    """It has not left, and is not sent any more, for the request's reason; unless somebody has it in hand by now."""
    now = database_now()
    ticket = Ticket.objects.select_for_update(no_key=True).get(pk=dispatch.message.ticket_id)
    unsent = Dispatch.objects.due(now).filter(pk=dispatch.pk, handed_over_at=None).order_by()
    reason = request.get_reason_display()
    cancelled = Dispatch.State.CANCELLED
    if not unsent.update(state=cancelled, reason=reason, next_try_at=None, leased_until=None):
        return
    dispatch.events.create(state=cancelled, detail=reason)
    Message.objects.filter(pk=dispatch.message_id).update(cancelled_at=now)
    if request.kind == Kind.AGAIN:
        request.delete()  # so that one may ask after all
    else:
        request.state, request.decided_at = State.NOT_SENT, now
        request.save(update_fields=["state", "reason", "decided_at"])
    save_change(ticket)
    record(ticket, Actor.system(), TicketEvent.Kind.REPLY_CANCELLED, ReplyCancelled(dispatch.message_id))
