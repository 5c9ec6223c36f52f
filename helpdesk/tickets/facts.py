"""The kinds of events in a ticket's history, with their sentences and the classes of their facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.tickets.fact_base import Fact, Reference, TicketReference, ValueChanged
from helpdesk.tickets.message_facts import (
    EmailTakenOut,
    FirstReplySent,
    LearnerWrote,
    MessageSent,
    NoteAdded,
    QuestionKnown,
    Rated,
    Replied,
    ReplyCancelled,
    SendingFailed,
)


@dataclass(frozen=True)
class AssigneeChanged(Fact):
    """The assignee, None for nobody; `is_taken` if the actor is the new assignee."""

    attribute = "assignee"
    old: Reference | None
    new: Reference | None
    is_taken: bool = False

    @property
    def old_value(self) -> str:
        """The previous assignee's name; empty for nobody."""
        return self.old.name if self.old else ""

    @property
    def new_value(self) -> str:
        """The new assignee's name; empty for nobody."""
        return self.new.name if self.new else ""

    @property
    def old_person(self) -> int | None:
        """The previous assignee's primary key."""
        return self.old.id if self.old else None

    @property
    def new_person(self) -> int | None:
        """The new assignee's primary key."""
        return self.new.id if self.new else None


class StatusChanged(ValueChanged):
    """The status, as values of Status."""

    attribute = "status"


class PriorityChanged(ValueChanged):
    """The priority, as lower-case names of Priority, as in the API."""

    attribute = "priority"


class SnoozeChanged(ValueChanged):
    """The time until which the ticket is snoozed, in ISO 8601; empty if it is not."""

    attribute = "snoozed_until"


@dataclass(frozen=True)
class Tagged(Fact):
    """The tag that was added."""

    attribute = "tags"
    tag: Reference

    @property
    def new_value(self) -> str:
        """The tag's name."""
        return self.tag.name


@dataclass(frozen=True)
class Untagged(Fact):
    """The tag that was removed."""

    attribute = "tags"
    tag: Reference

    @property
    def old_value(self) -> str:
        """The tag's name."""
        return self.tag.name


@dataclass(frozen=True)
class MergedInto(Fact):
    """On a ticket that was merged: the ticket that it was merged into."""

    attribute = "merged_into"
    into: TicketReference

    @property
    def new_value(self) -> str:
        """The other ticket's number."""
        return str(self.into.number)


@dataclass(frozen=True)
class UnmergedFrom(Fact):
    """On a ticket that was split off: the ticket that it was merged into."""

    attribute = "merged_into"
    into: TicketReference

    @property
    def old_value(self) -> str:
        """The other ticket's number."""
        return str(self.into.number)


@dataclass(frozen=True)
class Absorbed(Fact):
    """On a ticket that another was merged into: that other ticket."""

    attribute = "merged_tickets"
    ticket: TicketReference

    @property
    def new_value(self) -> str:
        """The merged ticket's number."""
        return str(self.ticket.number)


@dataclass(frozen=True)
class SplitOff(Fact):
    """On a ticket that another was split off from: that other ticket."""

    attribute = "merged_tickets"
    ticket: TicketReference

    @property
    def old_value(self) -> str:
        """The other ticket's number."""
        return str(self.ticket.number)


class EventKind(TextChoices):
    """What happened, in the past tense."""

    CREATED = "created", pgettext_lazy("ticket event", "Created")
    ASSIGNED = "assigned", pgettext_lazy("ticket event", "Assigned")
    UNASSIGNED = "unassigned", pgettext_lazy("ticket event", "Unassigned")
    STATUS_CHANGED = "status_changed", pgettext_lazy("ticket event", "Status changed")
    REOPENED = "reopened", pgettext_lazy("ticket event", "Reopened")
    PRIORITY_CHANGED = "priority_changed", pgettext_lazy("ticket event", "Priority changed")
    TAGGED = "tagged", pgettext_lazy("ticket event", "Tagged")
    UNTAGGED = "untagged", pgettext_lazy("ticket event", "Untagged")
    SNOOZED = "snoozed", pgettext_lazy("ticket event", "Snoozed")
    UNSNOOZED = "unsnoozed", pgettext_lazy("ticket event", "Unsnoozed")
    ASKED_AGAIN = "asked_again", pgettext_lazy("ticket event", "Asked again")
    MERGED = "merged", pgettext_lazy("ticket event", "Merged")
    UNMERGED = "unmerged", pgettext_lazy("ticket event", "Unmerged")
    NOTE_ADDED = "note_added", pgettext_lazy("ticket event", "Note added")
    FIRST_REPLY_SENT = "first_reply_sent", pgettext_lazy("ticket event", "First reply sent")
    REPLIED = "replied", pgettext_lazy("ticket event", "Replied")
    REPLY_CANCELLED = "reply_cancelled", pgettext_lazy("ticket event", "Reply cancelled")
    EMAIL_TAKEN_OUT = "email_taken_out", pgettext_lazy("ticket event", "E-mail taken out of the ticket")
    MESSAGE_SENT = "message_sent", pgettext_lazy("ticket event", "Message sent")
    SENDING_FAILED = "sending_failed", pgettext_lazy("ticket event", "Sending failed")
    LEARNER_WROTE = "learner_wrote", pgettext_lazy("ticket event", "The learner wrote")
    QUESTION_KNOWN = "question_known", pgettext_lazy("ticket event", "Question known")
    RATED = "rated", pgettext_lazy("ticket event", "Rated")


def event_kinds() -> list[tuple[str, Any]]:
    """The choices of TicketEvent.kind; a function, so that a new kind needs no migration."""
    return EventKind.choices


class EventText:
    """How events of a kind are told: the sentence, and the possible classes of the fact.

    `sentences.py` has other sentences for some facts and actors of the same kind.
    """

    def __init__(self, sentence: str | Promise, *shapes: type[Fact]) -> None:
        self.sentence, self.shapes = sentence, shapes


EVENT_TEXTS: dict[str, EventText] = {
    EventKind.CREATED: EventText(_("<b>{learner}</b> asked for help in <b>{course}</b>"), Fact),
    EventKind.ASSIGNED: EventText(_("<b>{actor}</b> assigned it to <b>{new}</b>"), AssigneeChanged),
    EventKind.UNASSIGNED: EventText(_("<b>{actor}</b> unassigned it from <b>{old}</b>"), AssigneeChanged),
    EventKind.STATUS_CHANGED: EventText(
        _("<b>{actor}</b> changed the status from {old} to <b>{new}</b>"), StatusChanged
    ),
    EventKind.REOPENED: EventText(_("<b>{actor}</b> reopened it"), StatusChanged),
    EventKind.PRIORITY_CHANGED: EventText(
        _("<b>{actor}</b> changed the priority from {old} to <b>{new}</b>"), PriorityChanged
    ),
    EventKind.TAGGED: EventText(_("<b>{actor}</b> added the tag <b>{new}</b>"), Tagged),
    EventKind.UNTAGGED: EventText(_("<b>{actor}</b> removed the tag <b>{old}</b>"), Untagged),
    EventKind.SNOOZED: EventText(_("<b>{actor}</b> snoozed it until <b>{new}</b>"), SnoozeChanged),
    EventKind.UNSNOOZED: EventText(_("<b>{actor}</b> unsnoozed it"), SnoozeChanged),
    EventKind.ASKED_AGAIN: EventText(_("<b>{learner}</b> asked again (#{new})"), Absorbed),
    EventKind.MERGED: EventText(_("<b>{actor}</b> merged #{new} into this ticket"), MergedInto, Absorbed),
    EventKind.UNMERGED: EventText(_("<b>{actor}</b> split #{old} off from this ticket"), UnmergedFrom, SplitOff),
    EventKind.NOTE_ADDED: EventText(_("<b>{actor}</b> wrote a note"), NoteAdded),
    EventKind.FIRST_REPLY_SENT: EventText(_("<b>{actor}</b> asked <b>{learner}</b> what it is about"), FirstReplySent),
    EventKind.REPLIED: EventText(_("<b>{actor}</b> replied to <b>{learner}</b>"), Replied),
    EventKind.REPLY_CANCELLED: EventText(_("<b>{actor}</b> cancelled a reply before it was sent"), ReplyCancelled),
    EventKind.EMAIL_TAKEN_OUT: EventText(_("<b>{actor}</b> took an e-mail out of the ticket"), EmailTakenOut),
    EventKind.MESSAGE_SENT: EventText(_("A message to <b>{learner}</b> was sent"), MessageSent),
    EventKind.SENDING_FAILED: EventText(_("A message was not delivered to <b>{learner}</b>: {new}"), SendingFailed),
    EventKind.LEARNER_WROTE: EventText(_("<b>{actor}</b> wrote"), LearnerWrote),
    EventKind.QUESTION_KNOWN: EventText(_("<b>{actor}</b> wrote down the question: <b>{new}</b>"), QuestionKnown),
    EventKind.RATED: EventText(_("<b>{actor}</b> changed the rating from {old} to <b>{new}</b>"), Rated),
}


def store_fact(fact: Fact, actor_id: int | None) -> dict[str, Any]:
    """The fact as JSON, with the primary key of the user or token that acted."""
    return asdict(fact) | ({"actor_id": actor_id} if actor_id else {})


def load_fact(kind: str, stored: Mapping[str, Any]) -> Fact:
    """The fact of an event of this kind, from its `facts`; an empty Fact if only a newer version knows the kind.

    Raises ValueError if the stored keys fit none of the kind's classes.
    """
    if kind not in EVENT_TEXTS:
        return Fact()
    for shape in EVENT_TEXTS[kind].shapes:
        names = {field.name for field in fields(shape)}
        if names <= stored.keys():
            return shape(**{name: _load_value(stored[name]) for name in names})
    raise ValueError(f"no fact of the kind {kind}: {stored}")


def _load_value(value: Any) -> Any:
    if isinstance(value, dict):
        return TicketReference(**value) if "number" in value else Reference(**value)
    return value


def kinds_about(attributes: Iterable[str]) -> list[str]:
    """The kinds of events whose facts are about these attributes."""
    wanted = set(attributes)
    return [str(kind) for kind, told in EVENT_TEXTS.items() if any(shape.attribute in wanted for shape in told.shapes)]
