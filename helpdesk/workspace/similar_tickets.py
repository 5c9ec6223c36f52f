"""Other learners who asked for help in the same lesson or course."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from helpdesk.courses.names import labels_of_learners
from helpdesk.tickets.learner_context import LearnerContext, contexts_of
from helpdesk.tickets.models import Ticket
from helpdesk.ui.capped_counts import capped_label
from helpdesk.ui.composed import TIME, ComposedQuery

SPAN = timedelta(days=3)  # before and after, so about a week
COUNTED_AT_MOST, SHOWN = 30, 5


@dataclass(frozen=True)
class SimilarTickets:
    """Tickets of other learners from the same week, in the same lesson if any, else in the same course.

    `keys` are their primary keys, latest first.
    """

    keys: list[int]
    in_lesson: bool

    @property
    def count(self) -> int:
        """Their number; COUNTED_AT_MOST + 1 if there are more than COUNTED_AT_MOST."""
        return len(self.keys)

    @property
    def counted(self) -> str:
        """Their number as text; “30+” for any number above COUNTED_AT_MOST."""
        return capped_label(self.count, COUNTED_AT_MOST)


def similar_tickets_of(ticket: Ticket) -> SimilarTickets | None:
    """Similar tickets in the same lesson or course; None if nobody else asked there."""
    if ticket.lesson_id and (keys := _keys(_IN_LESSON, ticket, ticket.lesson_id)):
        return SimilarTickets(keys, in_lesson=True)
    if ticket.course_id and (keys := _keys(_IN_COURSE, ticket, ticket.course_id)):
        return SimilarTickets(keys, in_lesson=False)
    return None


def described(ticket: Ticket, similar: SimilarTickets) -> list[tuple[Ticket, str, LearnerContext]]:
    """The latest similar tickets, each with its learner's label and their context."""
    latest = Ticket.objects.filter(pk__in=similar.keys[:SHOWN]).select_related("learner").newest_first()
    shown = list(latest)
    contexts = contexts_of(shown)
    names = labels_of_learners([ticket.learner, *(other.learner for other in shown)])
    return [(other, names[other.learner_id], contexts[other.pk]) for other in shown]


def _keys(query: ComposedQuery[Ticket], ticket: Ticket, place: int) -> list[int]:
    first, last = ticket.requested_at - SPAN, ticket.requested_at + SPAN
    rows = query.rows(team=ticket.team_id, place=place, learner=ticket.learner_id, first=first, last=last)
    return [pk for (pk,) in rows]


def _others_of(place_field: str) -> ComposedQuery[Ticket]:
    def others(
        team: int, place: int, learner: int, first: datetime = TIME, last: datetime = TIME
    ) -> QuerySet[Ticket, tuple[int]]:
        there = Ticket.objects.for_team(team).filter(**{place_field: place})
        near = there.filter(requested_at__gte=first, requested_at__lte=last).unmerged().exclude(learner=learner)
        return near.newest_first().values_list("pk")[: COUNTED_AT_MOST + 1]

    return ComposedQuery(others)


_IN_LESSON, _IN_COURSE = _others_of("lesson"), _others_of("course")
