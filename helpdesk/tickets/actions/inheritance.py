"""What a ticket inherits from the requests that are merged into it: their question, and since when they wait."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk.tickets.models import Ticket

NO_QUESTION = {"question": "", "topic": "", "question_origin": "", "question_known_at": None, "question_from_id": None}
QUESTION_ATTRIBUTES = tuple(NO_QUESTION)  # the fields that a change of the question may alter
WAITING_FIELDS = ("awaiting_reply_since", "sending_failed_at")  # since when the ticket needs somebody's attention


def inherit_question(target: Ticket, requests: Iterable[Ticket]) -> None:
    """Give the target the question of the first of these requests that has one, unless it has its own."""
    for request in requests:
        if request.is_question_known and not target.is_question_known:
            target.question_from_id = request.question_from_id or request.pk
            target.question, target.topic = request.question, request.topic
            target.question_origin, target.question_known_at = request.question_origin, request.question_known_at


def drop_inherited_question(ticket: Ticket) -> None:
    """Remove the ticket's question if it is inherited."""
    if ticket.question_from_id:
        for name, value in NO_QUESTION.items():
            setattr(ticket, name, value)


def is_waiting(ticket: Ticket, name: str) -> bool:
    """Whether somebody still has to deal with what this field, one of WAITING_FIELDS, stands for."""
    return ticket.is_awaiting_reply if name == "awaiting_reply_since" else getattr(ticket, name) is not None


def inherit_waits(target: Ticket, ticket: Ticket, names: Iterable[str] = WAITING_FIELDS) -> None:
    """Copy the other ticket's waits to the target, except those that the target has itself."""
    for name in names:
        if getattr(target, name) is None and is_waiting(ticket, name):
            setattr(target, name, getattr(ticket, name))
