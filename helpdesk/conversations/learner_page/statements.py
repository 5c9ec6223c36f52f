"""What learners say without a message: that it is solved, or not after all, and how they rate the help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.conversations.models import Rating
from helpdesk.tickets.facts import StatusChanged
from helpdesk.tickets.message_facts import LearnerWrote, Rated
from helpdesk.tickets.models import DONE_STATUSES, Score, Ticket, TicketEvent

Kind, ActorKind = TicketEvent.Kind, TicketEvent.ActorKind
SOLVED, UNSOLVED = "solved", "unsolved"
ALTERED_BY_MESSAGES = {Kind.QUESTION_KNOWN, Kind.UNSNOOZED}  # by a message, before it reopens the ticket


@dataclass(frozen=True)
class LearnerSaid:
    """A statement: `what` is SOLVED, UNSOLVED, or the name of a score, which may have a comment."""

    what: str
    author_name: str
    created_at: datetime
    comment: str = ""

    @property
    def score(self) -> str:
        """The rating's label; empty if it is no rating."""
        return str(Score[self.what.upper()].label) if self.what.upper() in Score.names else ""


def said_since(ticket: Ticket, version: int) -> list[LearnerSaid]:
    """The learner's statements since this version of the ticket, oldest first.

    A ticket reopened by a message is left out, since the message shows that.
    """
    events = list(ticket.events.filter(version__gt=version).order_by("pk"))
    by_message = reopened_by_messages(events)
    by_learner = [event for event in events if event.actor_kind == ActorKind.LEARNER and event.pk not in by_message]
    comments = _comments_of(by_learner)
    found = [_said_by(event, comments) for event in by_learner]
    return [said for said in found if said]


def reopened_by_messages(events: Iterable[TicketEvent]) -> dict[int, int | None]:
    """Maps the key of each event by which a learner's message reopened the ticket to that message's key.

    `events` are a ticket's, in order: the reopening directly follows the message and the other events that it causes.
    """
    found: dict[int, int | None] = {}
    wrote: LearnerWrote | None = None
    for event in events:
        if event.actor_kind != ActorKind.LEARNER:
            wrote = None
        elif isinstance(event.fact, LearnerWrote):
            wrote = event.fact
        elif event.kind not in ALTERED_BY_MESSAGES:
            if wrote and event.kind == Kind.REOPENED:
                found[event.pk] = wrote.message
            wrote = None
    return found


def _said_by(event: TicketEvent, comments: dict[int, str]) -> LearnerSaid | None:
    fact, what, comment = event.fact, "", ""
    if isinstance(fact, Rated):
        what, comment = fact.new, comments.get(fact.rating or 0, "")
    elif isinstance(fact, StatusChanged) and (fact.new in DONE_STATUSES) != (fact.old in DONE_STATUSES):
        what = SOLVED if fact.new in DONE_STATUSES else UNSOLVED
    return LearnerSaid(what, event.actor_name, event.created_at, comment) if what else None


def _comments_of(events: Sequence[TicketEvent]) -> dict[int, str]:
    pks = [event.fact.rating for event in events if isinstance(event.fact, Rated) and event.fact.rating]
    return dict(Rating.objects.filter(pk__in=pks).values_list("pk", "comment")) if pks else {}
