"""Suggested answers: earlier replies to questions like a ticket's, so that nobody has to write them again.

`finding` finds replies that resolved similar tickets; `reuse` removes what was meant for the other learner.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpdesk.conversations.answers.finding import find_replies
from helpdesk.conversations.answers.reuse import reusable_text
from helpdesk.conversations.writing.drafts import drafts_of, save_draft
from helpdesk.conversations.writing.variables import fill_in
from helpdesk.teams.models import User
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket

__all__ = ["Answer", "answers_for", "use_answer"]

MOST = 3


@dataclass(frozen=True)
class Answer:
    """An earlier reply to send again, with its text cleaned and filled in for this ticket.

    `pk` is the original Message's. It resolved `count` tickets; `number` is that of the most similar one.
    """

    pk: int
    text: str
    author: str
    number: int
    count: int = 1

    @property
    def others(self) -> int:
        """How many other tickets it resolved."""
        return self.count - 1


def answers_for(ticket: Ticket, actor: Actor) -> list[Answer]:
    """The best few answers; none if the question is unknown or no earlier one is similar. One query."""
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
    """Append an offered answer to the person's draft; False if it is not offered (any more).

    Raises ActionRefused if the draft becomes too long.
    """
    answer = next((each for each in answers_for(ticket, Actor.person(user)) if each.pk == pk), None)
    if answer is None:
        return False
    draft = drafts_of(ticket, user).get(Message.Kind.REPLY)
    written = draft.body.strip() if draft else ""
    if answer.text not in written:
        save_draft(ticket, user, Message.Kind.REPLY, "\n\n".join(filter(None, [written, answer.text])))
    return True
