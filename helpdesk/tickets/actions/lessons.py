"""In which lesson a learner was when they asked.

Until somebody says which lesson it is about, it follows from their activity: it is no new version of the ticket then,
and no event of its history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from helpdesk.courses.actions import find_lesson
from helpdesk.courses.models import Course, Learner, LearnerActivity, Lesson
from helpdesk.tickets.context import contexts_of
from helpdesk.tickets.models import Ticket


def lesson_before(learner: Learner, course: Course | None, moment: datetime) -> Lesson | None:
    """Where the learner's last step up to this time (UTC) was done, in this course if it is a particular one."""
    step = LearnerActivity.objects.of(learner).in_course(course).until(moment).first()
    return find_lesson(step) if step else None


def place_in_lessons(known_from: Mapping[Learner, datetime]) -> None:
    """Have tickets follow activity that became known after them: what these learners did from these times on (UTC)."""
    if not known_from:
        return
    asked = Ticket.objects.filter(
        learner__in=known_from, requested_at__gte=min(known_from.values()), is_lesson_told=False
    ).order_by("pk")
    first = {learner.pk: moment for learner, moment in known_from.items()}
    tickets = [ticket for ticket in asked if ticket.requested_at >= first[ticket.learner_id]]
    contexts = contexts_of(tickets) if tickets else {}
    for ticket in tickets:
        step = contexts[ticket.pk].last_step
        lesson = find_lesson(step) if step else None
        if ticket.lesson_id != (lesson.pk if lesson else None):
            Ticket.objects.filter(pk=ticket.pk, is_lesson_told=False).update(lesson=lesson)
