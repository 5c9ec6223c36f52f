"""The parts of facts in a ticket's history: references, values, and what the API publishes.

A fact refers to people, tags, tickets and messages by primary key, and stores their names at the time for display.
Both outlive the rows. A key is None only in old events, which stored only the name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from django.db.models import Model

if TYPE_CHECKING:
    from helpdesk.tickets.models import Ticket


@dataclass(frozen=True)
class Reference:
    """A person or a tag: primary key, and name at the time."""

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
    """A ticket: primary key and number."""

    id: int | None
    number: int

    @classmethod
    def to(cls, ticket: Ticket) -> Self:
        """A reference to this ticket."""
        return cls(ticket.pk, ticket.number)


@dataclass(frozen=True)
class Fact:
    """The details of an event besides its kind, time and actor; this base class has none.

    The API publishes the properties: the attribute that was changed, its values as strings, and the primary keys of
    people if the values are people.
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
        """The primary key of the previous assignee, if the fact has one."""
        return None

    @property
    def new_person(self) -> int | None:
        """The primary key of the new assignee, if the fact has one."""
        return None


@dataclass(frozen=True)
class ValueChanged(Fact):
    """A change from one value to another; an empty string is no value."""

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
