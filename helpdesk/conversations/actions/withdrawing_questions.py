"""Withdrawing an unsent question to the learner, if there is now a reason not to ask."""

from __future__ import annotations

from django.db import transaction

from helpdesk.conversations.first_reply.decision import reason_to_withdraw, situation_now
from helpdesk.conversations.models import Dispatch, QuestionRequest
from helpdesk.operations.clock import database_now
from helpdesk.tickets.actions.recording import record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import ReplyCancelled
from helpdesk.tickets.models import Message, Ticket, TicketEvent

Kind, State = QuestionRequest.Kind, QuestionRequest.State


def question_to_withdraw(dispatch: Dispatch) -> QuestionRequest | None:
    """The question request that this e-mail belongs to, with its `reason` set, if it should no longer be sent.

    None otherwise, and if the e-mail may already have arrived.
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
    """Cancel the unsent e-mail for the request's reason, unless a worker is already sending it."""
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
        request.delete()  # so that the learner can be asked again
    else:
        request.state, request.decided_at = State.NOT_SENT, now
        request.save(update_fields=["state", "reason", "decided_at"])
    save_change(ticket)
    record(ticket, Actor.system(), TicketEvent.Kind.REPLY_CANCELLED, ReplyCancelled(dispatch.message_id))
