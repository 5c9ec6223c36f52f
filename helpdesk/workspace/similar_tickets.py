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
    near = _in_the_course(ticket)
    same = [pk for pk, lesson in near if ticket.lesson_id and lesson == ticket.lesson_id]
    keys = same or [pk for pk, _lesson in near]
    return SimilarTickets(keys, bool(same)) if keys else None


def described(ticket: Ticket, similar: SimilarTickets) -> list[tuple[Ticket, str, LearnerContext]]:
    """The latest similar tickets, each with its learner's label and their context."""
    latest = Ticket.objects.filter(pk__in=similar.keys[:SHOWN]).select_related("learner").newest_first()
    shown = list(latest)
    contexts = contexts_of(shown)
    names = labels_of_learners([ticket.learner, *(other.learner for other in shown)])
    return [(other, names[other.learner_id], contexts[other.pk]) for other in shown]


def _in_the_course(ticket: Ticket) -> list[tuple[int, int | None]]:
    """The primary keys of the other tickets and of their lessons."""
    if ticket.course_id is None:
        return []
    return _IN_COURSE.rows(
        team=ticket.team_id,
        course=ticket.course_id,
        learner=ticket.learner_id,
        first=ticket.requested_at - SPAN,
        last=ticket.requested_at + SPAN,
    )


def _others_in_course(
    team: int, course: int, learner: int, first: datetime = TIME, last: datetime = TIME
) -> QuerySet[Ticket, tuple[int, int | None]]:
    others = Ticket.objects.for_team(team).filter(course=course, requested_at__gte=first, requested_at__lte=last)
    latest = others.unmerged().exclude(learner=learner).newest_first()
    return latest.values_list("pk", "lesson")[: COUNTED_AT_MOST + 1]


_IN_COURSE = ComposedQuery(_others_in_course)
