"""Answers at hand: what people replied before to questions like a ticket's, so that one need not write it anew.

`finding` reads replies that resolved alike tickets, `reuse` takes off them what was for the other learner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpdesk.conversations.answers.finding import find_replies
from helpdesk.conversations.answers.reuse import reusable_text
from helpdesk.conversations.drafts import drafts_of, save_draft
from helpdesk.conversations.variables import fill_in
from helpdesk.teams.models import User
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket

__all__ = ["Answer", "answers_for", "use_answer"]

MOST = 3


@dataclass(frozen=True)
class Answer:
    """A reply to be sent again: its Message's key, what is left of it, filled in for this ticket, and who wrote it.

    `count` tickets were resolved by it, of which `number` is the one that is most alike.
    """

    pk: int
    text: str
    author: str
    number: int
    count: int = 1

    @property
    def others(self) -> int:
        """How many tickets it resolved beside that one."""
        return self.count - 1


def answers_for(ticket: Ticket, actor: Actor) -> list[Answer]:
    """The few that fit best; none where the question is not known, or no earlier one is alike. One query."""
    if not ticket.is_question_known or ticket.course_id is None:
        return []
    found: dict[str, Answer] = {}
    for reply in find_replies(ticket):
        text = reusable_text(reply)
        likeness = " ".join(text.casefold().split())
        if not text:
            continue
        if (same := found.get(likeness)) is not None:
            found[likeness] = replace(same, count=same.count + 1)
        elif len(found) < MOST:
            found[likeness] = Answer(reply.pk, text, reply.author_name, reply.number)
    known: dict[str, str] = {}
    return [replace(answer, text=fill_in(answer.text, ticket, actor, known)) for answer in found.values()]


def use_answer(ticket: Ticket, user: User, pk: int) -> bool:
    """Put an answer that is offered below what the person has written so far; False where it is not offered (now).

    Raises ActionRefused where both are too long.
    """
    answer = next((each for each in answers_for(ticket, Actor.person(user)) if each.pk == pk), None)
    if answer is None:
        return False
    draft = drafts_of(ticket, user).get(Message.Kind.REPLY)
    written = draft.body.strip() if draft else ""
    if answer.text not in written:
        save_draft(ticket, user, Message.Kind.REPLY, "\n\n".join(filter(None, [written, answer.text])))
    return True
