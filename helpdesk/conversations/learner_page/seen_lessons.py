"""The lessons that a learner can choose from: those that they have seen, identified by opaque codes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from helpdesk.courses.actions import find_or_create_lesson
from helpdesk.courses.models import LearnerActivity, Lesson
from helpdesk.tickets.learner_context import activity_around
from helpdesk.tickets.models import Ticket

OFFERED = 3
STEPS_READ = 200  # newest activities to read, of the learner in the course


@dataclass(frozen=True)
class SeenLesson:
    """A lesson, and when the learner last saw it."""

    code: str
    title: str
    at: datetime
    step: LearnerActivity


def lesson_code(key: str) -> str:
    """The code of a lesson in forms; it reveals nothing to anyone who does not know the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def seen_lessons(ticket: Ticket) -> list[SeenLesson]:
    """The lessons of the ticket's course, or of any if it has none, that its learner saw recently; last one first."""
    found: dict[str, SeenLesson] = {}
    for step in activity_around(ticket).exclude(lesson_title="")[:STEPS_READ]:
        code = lesson_code(step.lesson_key or step.lesson_title)
        found.setdefault(code, SeenLesson(code, step.lesson_title, step.occurred_at, step))
    return list(found.values())


def offered(lessons: list[SeenLesson], chosen: str = "") -> list[SeenLesson]:
    """The first OFFERED lessons; a chosen one that is not among them takes the last place."""
    others = [lesson for lesson in lessons[OFFERED:] if lesson.code == chosen]
    return lessons[: OFFERED - len(others)] + others


def chosen_lesson(lessons: list[SeenLesson], code: str) -> Lesson | None:
    """The lesson with this code, created if needed; None if it is not among these, or has no course."""
    step = next((lesson.step for lesson in lessons if lesson.code == code), None)
    return find_or_create_lesson(step) if step else None
