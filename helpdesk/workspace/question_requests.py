"""Whether the learner was asked what a ticket is about, and whether a person may ask."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.conversations.first_reply.decision import is_open_question
from helpdesk.conversations.models import QuestionRequest
from helpdesk.tickets.models import Ticket
from helpdesk.workspace.ticket_extras import TicketExtras

Kind, State = QuestionRequest.Kind, QuestionRequest.State


@dataclass(frozen=True)
class QuestionRequests:
    """The first reply, and the request made by a person, or None."""

    first: QuestionRequest | None
    again: QuestionRequest | None
    is_open: bool

    @property
    def last_sent(self) -> QuestionRequest | None:
        """The request that the learner got last."""
        return next((each for each in (self.again, self.first) if each and each.state == State.SENT), None)

    @property
    def can_ask(self) -> bool:
        """Whether a person may ask the learner: only once, and only while nobody knows what it is about."""
        return self.is_open and self.again is None


def question_requests_of(ticket: Ticket, extras: TicketExtras) -> QuestionRequests:
    """The requests for this ticket's question: one query, or none if nobody was asked."""
    found = ticket.question_requests.all() if extras.has_question_requests else ()
    requests = {request.kind: request for request in found}
    return QuestionRequests(requests.get(Kind.FIRST), requests.get(Kind.AGAIN), is_open_question(ticket))
