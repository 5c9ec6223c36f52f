"""What a message alters of the ticket that it comes to, noted with its e-mail, so that it can be taken back with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from helpdesk.tickets.models import Ticket
from helpdesk.tickets.undo import altered, values_of


@dataclass
class Effects:
    """What a message changed on the ticket that gets it.

    `opened`: the one that was opened for it, perhaps merged into that one at once.
    """

    ticket: Ticket | None = None
    opened: Ticket | None = None
    before: dict[str, Any] = field(default_factory=dict)

    def watch(self, ticket: Ticket) -> None:
        """Note it as it is now, locked, before the message alters anything."""
        self.ticket, self.before = ticket, state_with_question(ticket)

    @property
    def is_new(self) -> bool:
        """Whether the ticket is nothing but this message."""
        return self.opened is not None and self.opened == self.ticket

    def noted(self) -> dict[str, Any]:
        """The effects as an e-mail stores them once its message exists, with the ticket's version that resulted."""
        if self.ticket is None:
            return {}
        ticket = Ticket.objects.get(pk=self.ticket.pk)
        before, after = altered(self.before, state_with_question(ticket))
        opened = self.opened.pk if self.opened else None
        return {"before": before, "after": after, "opened": opened, "version": ticket.version}


def state_with_question(ticket: Ticket) -> dict[str, Any]:
    """What goes back, with the words that the ticket shows as its question."""
    return values_of(ticket) | {"question": ticket.question}
