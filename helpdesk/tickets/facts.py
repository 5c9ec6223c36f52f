"""What an event of a ticket's history tells: the shape of each kind, as TicketEvent stores it in `facts`.

People, tags, tickets and messages stand in it by their keys, which say who or what it was, with their names as they
were then, for display. Both outlive what they name. A key is None only where a row from before the keys knew the name
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db.models import Model

if TYPE_CHECKING:
    from helpdesk.tickets.models import Ticket


@dataclass(frozen=True)
class Reference:
    """A person or a tag."""

    id: int | None
    name: str

    @classmethod
    def to(cls, row: Model) -> Self:
        """To this row, under its present name."""
        return cls(row.pk, str(row))

    @classmethod
    def to_any(cls, row: Model | None) -> Self | None:
        """The same, or None for nobody."""
        return None if row is None else cls.to(row)


@dataclass(frozen=True)
class TicketReference:
    """A ticket."""

    id: int | None
    number: int

    @classmethod
    def to(cls, ticket: Ticket) -> Self:
        """To this ticket."""
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
        """What it was; may be empty."""
        return ""

    @property
    def new_value(self) -> str:
        """What it became; may be empty."""
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
class AssigneeChanged(Fact):
    """Who is responsible, None for nobody; taken where the actor made themselves so."""

    attribute = "assignee"
    old: Reference | None
    new: Reference | None
    is_taken: bool = False

    @property
    def old_value(self) -> str:
        """The name."""
        return self.old.name if self.old else ""

    @property
    def new_value(self) -> str:
        """The name."""
        return self.new.name if self.new else ""

    @property
    def old_person(self) -> int | None:
        """The key."""
        return self.old.id if self.old else None

    @property
    def new_person(self) -> int | None:
        """The key."""
        return self.new.id if self.new else None


@dataclass(frozen=True)
class ValueChanged(Fact):
    """From one value to another; an empty one is none."""

    old: str
    new: str

    @property
    def old_value(self) -> str:
        """As it is."""
        return self.old

    @property
    def new_value(self) -> str:
        """As it is."""
        return self.new


class StatusChanged(ValueChanged):
    """Values of Status."""

    attribute = "status"


class PriorityChanged(ValueChanged):
    """Names of Priority in lower case, as the API has them."""

    attribute = "priority"


class SnoozeChanged(ValueChanged):
    """Until when, in ISO 8601."""

    attribute = "snoozed_until"


@dataclass(frozen=True)
class Tagged(Fact):
    """The tag that was put on."""

    attribute = "tags"
    tag: Reference

    @property
    def new_value(self) -> str:
        """The name."""
        return self.tag.name


@dataclass(frozen=True)
class Untagged(Fact):
    """The tag that was taken off."""

    attribute = "tags"
    tag: Reference

    @property
    def old_value(self) -> str:
        """The name."""
        return self.tag.name


@dataclass(frozen=True)
class MergedInto(Fact):
    """Told of the ticket that was merged: into which other."""

    attribute = "merged_into"
    into: TicketReference

    @property
    def new_value(self) -> str:
        """The number."""
        return str(self.into.number)


@dataclass(frozen=True)
class UnmergedFrom(Fact):
    """Told of the ticket that stands for itself again: into which other it was merged."""

    attribute = "merged_into"
    into: TicketReference

    @property
    def old_value(self) -> str:
        """The number."""
        return str(self.into.number)


@dataclass(frozen=True)
class Absorbed(Fact):
    """Told of the ticket that stands for both: which other was merged into it."""

    attribute = "merged_tickets"
    ticket: TicketReference

    @property
    def new_value(self) -> str:
        """The number."""
        return str(self.ticket.number)


@dataclass(frozen=True)
class SplitOff(Fact):
    """Told of the ticket that stood for both: which other stands for itself again."""

    attribute = "merged_tickets"
    ticket: TicketReference

    @property
    def old_value(self) -> str:
        """The number."""
        return str(self.ticket.number)


@dataclass(frozen=True)
class NoteAdded(Fact):
    """The key of the note's Message."""

    attribute = "note"
    message: int | None

    @property
    def new_value(self) -> str:
        """The key as a string."""
        return str(self.message or "")


@dataclass(frozen=True)
class OfMessage(Fact):
    """The key of the Message that was written, undone, taken by the mail server, or not."""

    attribute = "message"
    message: int

    @property
    def new_value(self) -> str:
        """The key as a string."""
        return str(self.message)


class FirstReplySent(OfMessage):
    """The learner was asked what it is about, by an automatic message; a little later it leaves, see MessageSent."""


class Replied(OfMessage):
    """Somebody of the team wrote to the learner; it leaves a little later, see MessageSent."""


class ReplyCancelled(OfMessage):
    """Whoever had replied took it back before it left."""


class MessageSent(OfMessage):
    """The mail server took it, or the one of the learner's provider."""


@dataclass(frozen=True)
class SendingFailed(OfMessage):
    """It did not get to the learner, and why, in the installation's language."""

    reason: str

    @property
    def new_value(self) -> str:
        """Why."""
        return self.reason


@dataclass(frozen=True)
class LearnerWrote(Fact):
    """The key of the learner's Message, with the topic and the lesson that they chose, where they did."""

    attribute = "message"
    message: int | None
    topic: str = ""
    lesson: Reference | None = None

    @property
    def new_value(self) -> str:
        """The key as a string."""
        return str(self.message or "")


@dataclass(frozen=True)
class QuestionKnown(ValueChanged):
    """Values of Topic, empty where none is chosen, and of QuestionOrigin, empty where it is not known any more.

    The words are the ticket's own.
    """

    attribute = "topic"
    origin: str


@dataclass(frozen=True)
class Rated(ValueChanged):
    """The key of the Rating, and names of scores as the API has them; no old one unless the learner thought again."""

    attribute = "rating"
    rating: int | None


# By TicketEvent.Kind. A merge is told of both tickets, from either side.
SHAPES: dict[str, tuple[type[Fact], ...]] = {
    "created": (Fact,),
    "assigned": (AssigneeChanged,),
    "unassigned": (AssigneeChanged,),
    "status_changed": (StatusChanged,),
    "reopened": (StatusChanged,),
    "priority_changed": (PriorityChanged,),
    "tagged": (Tagged,),
    "untagged": (Untagged,),
    "snoozed": (SnoozeChanged,),
    "unsnoozed": (SnoozeChanged,),
    "asked_again": (Absorbed,),
    "merged": (MergedInto, Absorbed),
    "unmerged": (UnmergedFrom, SplitOff),
    "note_added": (NoteAdded,),
    "first_reply_sent": (FirstReplySent,),
    "replied": (Replied,),
    "reply_cancelled": (ReplyCancelled,),
    "message_sent": (MessageSent,),
    "sending_failed": (SendingFailed,),
    "learner_wrote": (LearnerWrote,),
    "question_known": (QuestionKnown,),
    "rated": (Rated,),
}


def store_fact(fact: Fact, actor_id: int | None) -> dict[str, Any]:
    """As JSON, with the key of the person or token that acted."""
    return asdict(fact) | ({"actor_id": actor_id} if actor_id else {})


def load_fact(kind: str, stored: Mapping[str, Any]) -> Fact:
    """The fact of an event of this kind, from its `facts`."""
    for shape in SHAPES[kind]:
        names = {field.name for field in fields(shape)}
        if names <= stored.keys():
            return shape(**{name: _load_value(stored[name]) for name in names})
    raise ValueError(f"no fact of the kind {kind}: {stored}")


def _load_value(value: Any) -> Any:
    if isinstance(value, dict):
        return TicketReference(**value) if "number" in value else Reference(**value)
    return value


def kinds_about(attributes: Iterable[str]) -> list[str]:
    """The kinds of events that tell of these attributes."""
    wanted = set(attributes)
    return [kind for kind, shapes in SHAPES.items() if any(shape.attribute in wanted for shape in shapes)]
