"""A first reply as it would look on a real ticket, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from helpdesk.conversations.first_reply.texts import choices_of, contents_of, count_words, prepare
from helpdesk.conversations.languages import localized_for_ticket
from helpdesk.conversations.models import FirstReply
from helpdesk.conversations.sending.dispatches import subject_of
from helpdesk.conversations.sending.senders import person_behind, reply_address, sender_of
from helpdesk.tickets.models import Ticket


@dataclass(frozen=True)
class Preview:
    """The e-mail as its learner would get it, and the variables that could not be filled in."""

    ticket: Ticket
    sender: str
    subject: str
    language: str
    contents: dict[str, Any]
    unresolved: list[str]
    words: int


def preview_on(ticket: Ticket, reply: FirstReply) -> Preview:
    """Preview the text on this ticket, in the language and time zone in which it would be sent."""
    sender = sender_of(reply.team)
    takes_answers = bool(reply_address(reply.team, "r" * 33, sender))
    prepared = prepare(reply, ticket, timezone.now())
    with localized_for_ticket(ticket, prepared.language):
        return Preview(
            ticket=ticket,
            sender=f"{sender.name_with(person_behind(reply))} <{sender.address}>",
            subject=subject_of(ticket, prepared.language),
            language=prepared.language,
            contents=contents_of(prepared, sender.name, choices_of(prepared), takes_answers=takes_answers),
            unresolved=prepared.unresolved,
            words=count_words(prepared.body, sender.name, prepared.language),
        )
