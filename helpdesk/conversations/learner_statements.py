"""What a learner says otherwise than by a message: that it works now, or not after all, and how they liked the help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.conversations.models import Rating
from helpdesk.tickets.facts import Rated, StatusChanged
from helpdesk.tickets.models import DONE_STATUSES, Score, Ticket, TicketEvent

SOLVED, UNSOLVED = "solved", "unsolved"
ALTERED_BY_MESSAGES = {TicketEvent.Kind.QUESTION_KNOWN, TicketEvent.Kind.UNSNOOZED}


@dataclass(frozen=True)
class LearnerSaid:
    """One of these: `what` is SOLVED, UNSOLVED, or the name of a score, which may have a comment."""

    what: str
    author_name: str
    created_at: datetime
    comment: str = ""

    @property
    def score(self) -> str:
        """What the rating is called; empty where it is none."""
        return str(Score[self.what.upper()].label) if self.what.upper() in Score.names else ""


def said_since(ticket: Ticket, version: int) -> list[LearnerSaid]:
    """What the learner has said since this version of the ticket, the earliest first."""
    events = ticket.events.filter(version__gt=version, actor_kind=TicketEvent.ActorKind.LEARNER).order_by("pk")
    told = [event for event in _without_reopening_messages(events) if isinstance(event.fact, StatusChanged | Rated)]
    comments = _comments_of(told)
    found = [_said_by(event, comments) for event in told]
    return [said for said in found if said]


def _without_reopening_messages(events: Iterable[TicketEvent]) -> Iterator[TicketEvent]:
    """What was opened again by a message, the message tells."""
    is_by_message = False
    for event in events:
        if event.kind == TicketEvent.Kind.REOPENED and is_by_message:
            continue
        if event.kind in {TicketEvent.Kind.LEARNER_WROTE, *ALTERED_BY_MESSAGES}:
            is_by_message = is_by_message or event.kind == TicketEvent.Kind.LEARNER_WROTE
        else:
            is_by_message = False
        yield event


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
