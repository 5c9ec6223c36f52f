"""Whether learners were asked what their request is about, and whether they have answered."""

from __future__ import annotations

from datetime import datetime

from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets.models import Message, Ticket

State = QuestionRequest.State


def note_request_answered(ticket: Ticket, at: datetime) -> None:
    """The learner wrote at this time: mark earlier questions on this ticket, and those merged into it, as answered."""
    asked = QuestionRequest.objects.sent_about(ticket).filter(answered_at=None).exclude(decided_at__gt=at)
    asked.update(answered_at=at)


def was_asked(ticket: Ticket, by: datetime) -> bool:
    """Whether an automatic message had asked the learner by this time."""
    return QuestionRequest.objects.sent_about(ticket).exclude(decided_at__gt=by).exists()


def note_request_not_sent(message: Message) -> None:
    """The automatic message was not delivered: its request counts as not sent, unless the learner answered it."""
    asked = QuestionRequest.objects.filter(message=message, state=State.SENT, answered_at=None)
    asked.update(state=State.NOT_SENT, reason=QuestionRequest.Reason.NOT_DELIVERED)


def note_request_sent_again(message: Message) -> None:
    """The automatic message is being sent again: its request counts as sent."""
    unasked = QuestionRequest.objects.filter(message=message, reason=QuestionRequest.Reason.NOT_DELIVERED)
    unasked.update(state=State.SENT, reason="")
