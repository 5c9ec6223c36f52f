"""Who else asked for help where this learner did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from helpdesk.teams.names import labels_of
from helpdesk.tickets.context import LearnerContext, contexts_of
from helpdesk.tickets.models import Ticket
from helpdesk.ui.composed import KEYS, TIME, ComposedQuery

SPAN = timedelta(days=3)  # before and after, so that it is the same week
COUNTED, SHOWN = 30, 5


@dataclass(frozen=True)
class SimilarTickets:
    """Those of other learners in the same week, in the same lesson where it is known, else in the course.

    `tickets` are the latest, each with what the learner is called and their context.
    """

    count: int
    in_lesson: bool
    tickets: list[tuple[Ticket, str, LearnerContext]]

    @property
    def counted(self) -> str:
        """How many, as far as they were counted."""
        return f"{COUNTED}+" if self.count >= COUNTED else str(self.count)


def look_around(ticket: Ticket) -> tuple[LearnerContext, SimilarTickets | None]:
    """What the learner was doing, and who else asked there; None where nobody did."""
    near = _in_the_course(ticket)
    same = [pk for pk, lesson in near if ticket.lesson_id and lesson == ticket.lesson_id]
    others = same or [pk for pk, _lesson in near]
    shown = _LATEST.objects(tickets=others[:SHOWN]) if others else []
    contexts = contexts_of([ticket, *shown])
    if not others:
        return contexts[ticket.pk], None
    names = {learner.pk: label for learner, label in labels_of({ticket.learner, *(other.learner for other in shown)})}
    told = [(other, names[other.learner_id], contexts[other.pk]) for other in shown]
    return contexts[ticket.pk], SimilarTickets(len(others), bool(same), told)


def _in_the_course(ticket: Ticket) -> list[tuple[int, int | None]]:
    """Their keys, and those of their lessons."""
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
    return others.unmerged().exclude(learner=learner).newest_first().values_list("pk", "lesson")[:COUNTED]


_IN_COURSE = ComposedQuery(_others_in_course)


def _with_learner(tickets: list[int] = KEYS) -> QuerySet[Ticket]:  # type: ignore[assignment] # a stand-in
    return Ticket.objects.filter(pk__among=tickets).select_related("learner").newest_first()


_LATEST = ComposedQuery(_with_learner)
