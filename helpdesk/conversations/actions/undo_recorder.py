"""What a message changes on the ticket that receives it, stored with its e-mail so that it can be undone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from helpdesk.tickets.models import Ticket
from helpdesk.tickets.undo import altered, values_of


@dataclass
class UndoRecorder:
    """What a message changed on the `ticket` that received it.

    `opened` is the ticket that was opened for it, if any; it may have been merged into `ticket` at once.
    """

    ticket: Ticket | None = None
    opened: Ticket | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def watch(self, ticket: Ticket) -> None:
        """Remember the locked ticket's state before the message changes anything."""
        self.ticket, self.before = ticket, state_with_question(ticket)

    @property
    def is_new(self) -> bool:
        """Whether the receiving ticket was opened for this message."""
        return self.opened is not None and self.opened == self.ticket

    def recorded(self) -> dict[str, Any]:
        """What was recorded, as an e-mail stores it, with the ticket's new version; call it once the message exists."""
        if self.ticket is None:
            return {}
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        before, after = altered(self.before, state_with_question(ticket))
        opened = self.opened.pk if self.opened else None
        return {"before": before, "after": after, "opened": opened, "version": ticket.version}


def state_with_question(ticket: Ticket) -> dict[str, Any]:
    """The values that an undo restores, including the text of the ticket's question."""
    return values_of(ticket) | {"question": ticket.question}
