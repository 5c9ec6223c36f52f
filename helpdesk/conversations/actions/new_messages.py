"""What others wrote on a ticket, and what its learner said, while somebody was composing a reply."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.learner_page.statements import LearnerSaid, said_since
from helpdesk.conversations.writing.drafts import EditorPage
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.refusals import ActionRefused


class NewMessages(ActionRefused):
    """Something is new on the ticket since the writer loaded the page.

    `messages` are newer than the newest message that the writer saw; `said` is what the learner said other than by a
    message since the version that the writer saw.
    """

    def __init__(self, messages: list[Message], said: list[LearnerSaid]) -> None:
        super().__init__(_("Something new was written while you were writing. Read it, then send."))
        self.messages, self.said = messages, said


def updates_since(ticket: Ticket, actor: Actor, page: EditorPage) -> tuple[list[Message], list[LearnerSaid]]:
    """What others wrote, and what the learner said other than by a message, since the page was loaded.

    Each list is empty if the page does not say what it showed.
    """
    return (
        _written_since(ticket, actor, page.seen) if page.seen is not None else [],
        said_since(ticket, page.seen_version) if page.seen_version is not None else [],
    )


def _written_since(ticket: Ticket, actor: Actor, seen: int) -> list[Message]:
    """Messages by others after this one, without automatic ones."""
    reader = actor.user.pk if actor.user else None
    written = ticket.messages.shown_to(reader).filter(pk__gt=seen).exclude(kind=Message.Kind.AUTOMATIC)
    if actor.user:
        written = written.exclude(author=actor.user)
    return list(written.order_by("pk"))
