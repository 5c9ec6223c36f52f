"""Undoes changes of a ticket's question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpdesk.tickets.actions.inheritance import QUESTION_ATTRIBUTES
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import QuestionKnown
from helpdesk.tickets.models import Ticket, TicketEvent


@action
def restore_question(ticket: Ticket, actor: Actor, before: Mapping[str, Any], _after: Mapping[str, Any]) -> None:
    """Undo: restore those fields of the question that `before` has.

    Others stay, such as words that somebody wrote since; while a question remains, so does how it became known.
    """
    before = {name: before[name] for name in QUESTION_ATTRIBUTES if name in before}
    old = ticket.topic
    is_known = bool(before.get("question", ticket.question) or before.get("topic", old))
    for name, value in before.items():
        if value or not is_known or name not in {"question_origin", "question_known_at"}:
            setattr(ticket, name, value)
    save_change(ticket, *before)
    origin = ticket.question_origin if is_known else ""
    record(ticket, actor, TicketEvent.Kind.QUESTION_KNOWN, QuestionKnown(old, ticket.topic, origin))
