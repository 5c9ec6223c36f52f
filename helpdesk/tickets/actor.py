"""Who changes a ticket: always said, never guessed from the surroundings."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.courses.models import Learner
from helpdesk.teams.models import User
from helpdesk.tickets.models import TicketEvent


@dataclass(frozen=True)
class Actor:
    """A person, a token, the system or a learner, under the name that the history will show."""

    kind: TicketEvent.ActorKind
    name: str
    user: User | None = None
    token_id: int | None = None

    @classmethod
    def person(cls, user: User) -> Actor:
        """Somebody who is logged in."""
        return cls(TicketEvent.ActorKind.PERSON, str(user), user)

    @classmethod
    def token(cls, name: str, pk: int | None = None) -> Actor:
        """An integration, by the name and key of its token."""
        return cls(TicketEvent.ActorKind.TOKEN, name, token_id=pk)

    @classmethod
    def learner(cls, learner: Learner) -> Actor:
        """Who asked for help, on their page or by e-mail; they have no account, and so no key; no name, once erased."""
        return cls(TicketEvent.ActorKind.LEARNER, "" if learner.erased_at else str(learner)[:150])

    @classmethod
    def system(cls) -> Actor:
        """The product itself, acting on an event or a rule."""
        return cls(TicketEvent.ActorKind.SYSTEM, "")

    @property
    def key(self) -> int | None:
        """The key of the person or token, as `kind` says."""
        return self.user.pk if self.user else self.token_id
