"""The jobs of courses and learners."""

from __future__ import annotations

from datetime import datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from helpdesk.courses.actions import rename
from helpdesk.courses.models import Course, Learner, Lesson, Producer

MODELS: dict[str, type[Producer] | type[Course] | type[Lesson] | type[Learner]] = {
    "Producer": Producer,
    "Course": Course,
    "Lesson": Lesson,
    "Learner": Learner,
}


@app.task(name="courses.rename_later", queue="operations", retry=RetryStrategy(max_attempts=20, wait=5))
def rename_later(model: str, pk: int, name: str, at: str) -> None:
    """Rename a record that was locked when the event was processed, unless it has been deleted; `at` is ISO 8601."""
    record = MODELS[model]._default_manager.filter(pk=pk).first()
    if record:
        rename(record, name, datetime.fromisoformat(at))
