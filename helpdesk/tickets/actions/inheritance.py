"""What a ticket shows of the requests that are merged into it: a question that was asked there, and who waits there."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk.tickets.models import Ticket

NO_QUESTION = {"question": "", "topic": "", "question_origin": "", "question_known_at": None, "question_from_id": None}
QUESTION_ATTRIBUTES = tuple(NO_QUESTION)  # what a change of the question alters of a ticket
WAITING_FIELDS = ("awaiting_reply_since", "sending_failed_at")  # since when it waits for somebody to see to it


def inherit_question(target: Ticket, requests: Iterable[Ticket]) -> None:
    """Show the question of the first of these requests that has one, where the target has none."""
    for request in requests:
        if request.is_question_known and not target.is_question_known:
            target.question_from_id = request.question_from_id or request.pk
            target.question, target.topic = request.question, request.topic
            target.question_origin, target.question_known_at = request.question_origin, request.question_known_at


def drop_inherited_question(ticket: Ticket) -> None:
    """Leave the ticket with the question of its own request, or none."""
    if ticket.question_from_id:
        for name, value in NO_QUESTION.items():
            setattr(ticket, name, value)


def is_waiting(ticket: Ticket, name: str) -> bool:
    """Whether somebody has to see to what this one of WAITING_FIELDS says."""
    return ticket.is_awaiting_reply if name == "awaiting_reply_since" else getattr(ticket, name) is not None


def inherit_waits(target: Ticket, ticket: Ticket, names: Iterable[str] = WAITING_FIELDS) -> None:
    """Have the target wait since when the other ticket does, for what it does not wait for itself."""
    for name in names:
        if getattr(target, name) is None and is_waiting(ticket, name):
            setattr(target, name, getattr(ticket, name))
