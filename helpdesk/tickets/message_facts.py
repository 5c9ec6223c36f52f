"""Facts about communication on a ticket: notes, messages and their delivery, the question, ratings."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.tickets.fact_base import Fact, Reference, ValueChanged


@dataclass(frozen=True)
class NoteAdded(Fact):
    """A note was written; `message` is its Message's primary key, None in old events."""

    attribute = "note"
    message: int | None

    @property
    def new_value(self) -> str:
        """The message's primary key, as a string."""
        return str(self.message or "")


@dataclass(frozen=True)
class MessageFact(Fact):
    """A fact about a Message, given by its primary key."""

    attribute = "message"
    message: int

    @property
    def new_value(self) -> str:
        """The message's primary key, as a string."""
        return str(self.message)


class FirstReplySent(MessageFact):
    """An automatic message asked the learner what it is about; it is sent a little later, see MessageSent."""


class Replied(MessageFact):
    """A team member replied to the learner; the message is sent a little later, see MessageSent."""


class ReplyCancelled(MessageFact):
    """A reply was taken back before it was sent."""


@dataclass(frozen=True)
class EmailTakenOut(MessageFact):
    """An e-mail was removed from the ticket where it had been filed, as a message of this Message.Kind."""

    message_kind: str


class MessageSent(MessageFact):
    """Our mail server, or that of the learner's provider, accepted the message."""


@dataclass(frozen=True)
class SendingFailed(MessageFact):
    """The message did not reach the learner; `reason` says why, in the installation's language."""

    reason: str

    @property
    def new_value(self) -> str:
        """The reason, for people to read."""
        return self.reason


@dataclass(frozen=True)
class LearnerWrote(Fact):
    """The learner wrote a Message, and may have chosen a topic and a lesson; `message` is None in old events."""

    attribute = "message"
    message: int | None
    topic: str = ""
    lesson: Reference | None = None

    @property
    def new_value(self) -> str:
        """The message's primary key, as a string."""
        return str(self.message or "")


@dataclass(frozen=True)
class QuestionKnown(ValueChanged):
    """The question was set or changed: topics before and after, and its QuestionOrigin, empty if it was removed.

    The words of the question are stored only on the ticket.
    """

    attribute = "topic"
    origin: str


@dataclass(frozen=True)
class Rated(ValueChanged):
    """A Rating's primary key, and names of scores as in the API; the old one is empty unless the score changed."""

    attribute = "rating"
    rating: int | None
