"""What facts of a ticket's history are made of: keys with names as they were then, values, and what the API publishes.

People, tags, tickets and messages stand in a fact by their keys, which say who or what it was, with their names for
display. Both outlive what they name. A key is None only where a row from before the keys knew the name alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from django.db.models import Model

if TYPE_CHECKING:
    from helpdesk.tickets.models import Ticket


@dataclass(frozen=True)
class Reference:
    """A person or a tag, by key and by the name of the time."""

    id: int | None
    name: str

    @classmethod
    def to(cls, row: Model) -> Self:
        """A reference to this row, under its present name."""
        return cls(row.pk, str(row))

    @classmethod
    def to_any(cls, row: Model | None) -> Self | None:
        """A reference to this row, or None for nobody."""
        return None if row is None else cls.to(row)


@dataclass(frozen=True)
class TicketReference:
    """A ticket, by key and number."""

    id: int | None
    number: int

    @classmethod
    def to(cls, ticket: Ticket) -> Self:
        """A reference to this ticket."""
        return cls(ticket.pk, ticket.number)


@dataclass(frozen=True)
class Fact:
    """What is told of a change beside its kind, time and actor; by itself nothing.

    The properties are what the API publishes of it: the attribute that was changed, its values as strings, and the
    keys of people where these are somebody.
    """

    attribute: ClassVar[str] = ""

    @property
    def old_value(self) -> str:
        """The value before the change; may be empty."""
        return ""

    @property
    def new_value(self) -> str:
        """The value after the change; may be empty."""
        return ""

    @property
    def old_person(self) -> int | None:
        """Who was responsible before."""
        return None

    @property
    def new_person(self) -> int | None:
        """Who is responsible from then on."""
        return None


@dataclass(frozen=True)
class ValueChanged(Fact):
    """From one value to another; an empty one is none."""

    old: str
    new: str

    @property
    def old_value(self) -> str:
        """The old value as it is stored."""
        return self.old

    @property
    def new_value(self) -> str:
        """The new value as it is stored."""
        return self.new
