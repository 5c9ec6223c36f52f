"""Who changes a ticket; always passed explicitly."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.courses.models import Learner
from helpdesk.teams.models import User
from helpdesk.tickets.models import TicketEvent


@dataclass(frozen=True)
class Actor:
    """A person, a token, the system or a learner, with the name that the history will show."""

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
        """An integration, given the name and primary key of its token."""
        return cls(TicketEvent.ActorKind.TOKEN, name, token_id=pk)

    @classmethod
    def learner(cls, learner: Learner) -> Actor:
        """A learner, on their page or by e-mail: no account and so no key, and no name once they are erased."""
        return cls(TicketEvent.ActorKind.LEARNER, "" if learner.erased_at else str(learner)[:150])

    @classmethod
    def system(cls) -> Actor:
        """The product itself, acting on an event or a rule."""
        return cls(TicketEvent.ActorKind.SYSTEM, "")

    @property
    def key(self) -> int | None:
        """The primary key of the user or token, if the actor has one."""
        return self.user.pk if self.user else self.token_id
