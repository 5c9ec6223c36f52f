"""What a learner does in a lesson."""

from __future__ import annotations

from webhooks.events import Event
from webhooks.handlers import handles
from webhooks.handlers.records import Kind, Records


@handles(
    "nutror.lesson_started",
    "nutror.lesson_watched",
    "nutror.lesson_saved",
    "nutror.file_downloaded",
    "nutror.notation_created",
)
def record_lesson(records: Records, event: Event) -> None:
    """A lesson started, watched or saved, a file downloaded, or a note written."""
    records.record_activity(event, event.name.removeprefix("nutror."))


@handles("nutror.lesson_rated")
def record_rating(records: Records, event: Event) -> None:
    """A rating, from 0 to 5."""
    records.record_activity(event, Kind.LESSON_RATED, rating=event.number("lesson.rating", largest=5))


@handles("nutror.module_completed")
def record_module(records: Records, event: Event) -> None:
    """The learner completed the last lesson of a module."""
    records.record_activity(event, Kind.MODULE_COMPLETED, module_title=event.name_at("module.title"))
