"""In which lesson a learner was when they asked.

Until somebody says which lesson it is about, it follows from their activity: it is no new version of the ticket then,
and no event of its history.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from procrastinate.contrib.django import app

from helpdesk.courses.actions import find_or_create_lesson
from helpdesk.courses.models import Course, Learner, LearnerActivity, Lesson
from helpdesk.operations.clock import database_now
from helpdesk.tickets.learner_context import contexts_of
from helpdesk.tickets.models import Ticket

TRY_AGAIN = timedelta(seconds=5)  # until a ticket that somebody holds is tried again


def lesson_before(learner: Learner, course: Course | None, moment: datetime) -> Lesson | None:
    """Where the learner's last step up to this time (UTC) was done, in this course if it is a particular one."""
    step = LearnerActivity.objects.of(learner).in_course(course).until(moment).first()
    return find_or_create_lesson(step) if step else None


def withdraw_lesson(ticket: Ticket) -> None:
    """Nobody says any more which lesson it is about. To be called with the ticket locked, and saved by who calls it."""
    ticket.lesson = lesson_before(ticket.learner, ticket.course, ticket.requested_at)
    ticket.is_lesson_told = False


def place_in_lessons(known_from: Mapping[Learner, datetime]) -> None:
    """Have tickets follow activity that became known after them: what these learners did from these times on (UTC).

    Nobody is waited for: tickets that somebody else holds follow by a job.
    """
    if not known_from:
        return
    asked = Ticket.objects.filter(
        learner__in=known_from, requested_at__gte=min(known_from.values()), is_lesson_told=False
    ).order_by("pk")
    first = {learner.pk: moment for learner, moment in known_from.items()}
    tickets = [ticket for ticket in asked if ticket.requested_at >= first[ticket.learner_id]]
    contexts = contexts_of(tickets) if tickets else {}
    lesson_at = cache(lambda step: step and find_or_create_lesson(step))
    moved: dict[Lesson | None, list[Ticket]] = defaultdict(list)
    for ticket in tickets:
        lesson = lesson_at(contexts[ticket.pk].last_step)
        if ticket.lesson_id != (lesson.pk if lesson else None):
            moved[lesson].append(ticket)
    held: set[int] = set()
    for lesson, of_lesson in moved.items():
        rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in of_lesson], is_lesson_told=False)
        free = set(rows.skip_locked().values_list("pk", flat=True))
        Ticket.objects.filter(pk__in=free).update(lesson=lesson)
        held |= {ticket.learner_id for ticket in of_lesson if ticket.pk not in free}
    for learner_pk in held:
        job = app.configure_task("tickets.place_in_lessons", schedule_at=database_now() + TRY_AGAIN)
        job.defer(learner_pk=learner_pk, known_from=first[learner_pk].isoformat())
