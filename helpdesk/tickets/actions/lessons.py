"""The lesson in which a learner was when they asked for help.

Until somebody says which lesson a ticket is about, its lesson is derived from the learner's activity. That makes no
new version of the ticket, and no event in its history.
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

TRY_AGAIN = timedelta(seconds=5)  # until a locked ticket is tried again


def lesson_before(learner: Learner, course: Course | None, moment: datetime) -> Lesson | None:
    """The lesson of the learner's last step up to this time (UTC), in this course or, with None, in any."""
    step = LearnerActivity.objects.of(learner).in_course(course).until(moment).first()
    return find_or_create_lesson(step) if step else None


def withdraw_lesson(ticket: Ticket) -> None:
    """Withdraw the stated lesson, and derive it from activity again. The caller locks and saves the ticket."""
    ticket.lesson = lesson_before(ticket.learner, ticket.course, ticket.requested_at)
    ticket.is_lesson_told = False


def place_in_lessons(known_from: Mapping[Learner, datetime]) -> None:
    """Update the lessons of these learners' tickets, after activity from the given times (UTC) on became known late.

    Never waits for locks: a job updates the tickets that others have locked.
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
