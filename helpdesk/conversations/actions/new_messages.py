"""What others wrote, and the learner said, while somebody was writing to the learner."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.drafts import Page
from helpdesk.conversations.learner_statements import LearnerSaid, said_since
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.refusals import ActionRefused


class NewMessages(ActionRefused):
    """Somebody wrote on the ticket since the newest message that the writer saw; `messages` are theirs.

    `said` is what the learner said otherwise since the version that the writer saw.
    """

    def __init__(self, messages: list[Message], said: list[LearnerSaid]) -> None:
        super().__init__(_("Something new was written while you were writing. Read it, then send."))
        self.messages, self.said = messages, said


def updates_since(ticket: Ticket, actor: Actor, page: Page) -> tuple[list[Message], list[LearnerSaid]]:
    """What others wrote since the page was shown, and the learner said otherwise; of what does not matter, nothing."""
    return (
        _written_since(ticket, actor, page.seen) if page.seen is not None else [],
        said_since(ticket, page.seen_version) if page.seen_version is not None else [],
    )


def _written_since(ticket: Ticket, actor: Actor, seen: int) -> list[Message]:
    """What others wrote after this message, without automatic messages."""
    reader = actor.user.pk if actor.user else None
    written = ticket.messages.shown_to(reader).filter(pk__gt=seen).exclude(kind=Message.Kind.AUTOMATIC)
    if actor.user:
        written = written.exclude(author=actor.user)
    return list(written.order_by("pk"))
