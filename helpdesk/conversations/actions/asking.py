"""Asking the learner what their help request is about: automatically, or because a person wants it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.replies import UNDO_TIME
from helpdesk.conversations.first_reply.decision import first_reply_of, reason_not_to_ask, situation_now
from helpdesk.conversations.first_reply.texts import PreparedFirstReply, prepare
from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.conversations.sending.dispatches import create_dispatch
from helpdesk.conversations.sending.senders import person_behind
from helpdesk.tickets.actions.recording import action, record
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import FirstReplySent
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
    """Send the automatic message after it was `held` this long; it neither counts as a reply nor changes the ticket."""
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
def ask_learner(ticket: Ticket, actor: Actor, *, channel: Message.Channel = Message.Channel.DASHBOARD) -> Message:
    """Ask the learner what it is about, even if they were already asked automatically; only once per ticket.

    The message is sent after UNDO_TIME, and can be taken back until then. Raises ActionRefused.
    """
    if ticket.question_requests.filter(kind=Kind.AGAIN).exists():
        raise ActionRefused(_("The learner has already been asked again. Write to them yourself."))
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
