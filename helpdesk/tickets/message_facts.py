"""Facts of what was said on a ticket: notes, messages and their way, the question, the rating."""

from __future__ import annotations

from dataclasses import dataclass

from helpdesk.tickets.fact import Fact, Reference, ValueChanged


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
class MessageFact(Fact):
    """The key of the Message that was written, undone, taken by the mail server, or not."""

    attribute = "message"
    message: int

    @property
    def new_value(self) -> str:
        """The key as a string."""
        return str(self.message)


class FirstReplySent(MessageFact):
    """The learner was asked what it is about, by an automatic message; a little later it leaves, see MessageSent."""


class Replied(MessageFact):
    """Somebody of the team wrote to the learner; it leaves a little later, see MessageSent."""


class ReplyCancelled(MessageFact):
    """A reply was taken back before it left."""


@dataclass(frozen=True)
class EmailTakenOut(MessageFact):
    """Somebody took an e-mail out of the ticket that had been filed there, as a message of this Message.Kind."""

    message_kind: str


class MessageSent(MessageFact):
    """The mail server took it, or the one of the learner's provider."""


@dataclass(frozen=True)
class SendingFailed(MessageFact):
    """It did not get to the learner, and why, in the installation's language."""

    reason: str

    @property
    def new_value(self) -> str:
        """Why it failed, for a person."""
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
