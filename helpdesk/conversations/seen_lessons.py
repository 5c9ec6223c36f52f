"""The lessons that a learner can choose from: those that they were in themselves, by codes that say nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from helpdesk.courses.actions import find_or_create_lesson
from helpdesk.courses.models import LearnerActivity, Lesson
from helpdesk.tickets.learner_context import activity_around
from helpdesk.tickets.models import Ticket

OFFERED = 3
STEPS_READ = 200  # of the learner in the course, the newest


@dataclass(frozen=True)
class SeenLesson:
    """A lesson, and when the learner was last in it."""

    code: str
    title: str
    at: datetime
    step: LearnerActivity


def lesson_code(key: str) -> str:
    """What stands for a lesson in a form; it names none to who does not have it anyway."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def seen_lessons(ticket: Ticket) -> list[SeenLesson]:
    """Those of the ticket's course that its learner was in lately, the last one first."""
    found: dict[str, SeenLesson] = {}
    for step in activity_around(ticket).exclude(lesson_title="")[:STEPS_READ]:
        code = lesson_code(step.lesson_key or step.lesson_title)
        found.setdefault(code, SeenLesson(code, step.lesson_title, step.occurred_at, step))
    return list(found.values())


def offered(lessons: list[SeenLesson], chosen: str = "") -> list[SeenLesson]:
    """The first few, and the one that is chosen already if it is another."""
    others = [lesson for lesson in lessons[OFFERED:] if lesson.code == chosen]
    return lessons[: OFFERED - len(others)] + others


def chosen_lesson(lessons: list[SeenLesson], code: str) -> Lesson | None:
    """The lesson of this code among these; None where it is none of them, or of no course."""
    step = next((lesson.step for lesson in lessons if lesson.code == code), None)
    return find_or_create_lesson(step) if step else None
