"""Finds the ticket of a learner's unfinished requests."""

from __future__ import annotations

from helpdesk.courses.models import Course, Learner
from helpdesk.tickets.models import UNFINISHED_STATUSES, Ticket


def unfinished_of(learner: Learner, course: Course | None) -> Ticket | None:
    """The learner's earliest unfinished, unmerged ticket in this course, locked; None if there is none.

    The query filters only by learner, who has few tickets: with more conditions, the planner may choose the index of
    the team's inbox and scan all of it.
    """
    unmerged = Ticket.objects.unmerged().filter(learner=learner).order_by("requested_at", "created_at", "pk")
    course_pk = course.pk if course else None
    for pk, of_course, status in unmerged.values_list("pk", "course", "status"):
        if of_course == course_pk and status in UNFINISHED_STATUSES:
            return Ticket.objects.unfinished().select_for_update(no_key=True).filter(pk=pk).first()
    return None
