"""Courses that a learner was given access to."""

from __future__ import annotations

from helpdesk.courses.models import LearnerActivity
from webhooks.events import ContentError, Event, Problem
from webhooks.handlers import handles
from webhooks.handlers.records import Kind, Records

MOST_COURSES = 200


@handles("nutror.enrollment_created")
def record_enrollment(records: Records, event: Event) -> None:
    """Record an activity for each course in `courses`; if that is empty, one for the bundle itself, in `content`."""
    courses = event.value("courses")
    if courses is None:
        courses = []
    if not isinstance(courses, list):
        raise ContentError(Problem.WRONG_TYPE, "data.courses")
    if len(courses) > MOST_COURSES:
        raise ContentError(Problem.INVALID, "data.courses")
    places = [f"courses.{index}" for index in range(len(courses))] or ["content"]
    # Sorted, so that two events about the same new courses cannot deadlock.
    places.sort(key=lambda place: event.text(f"{place}.hash"))
    enrolled_in = [records.course(event, place) for place in places]
    learner = records.learner(event)
    LearnerActivity.objects.bulk_create(
        LearnerActivity(
            team=records.team,
            learner=learner,
            course=course,
            kind=Kind.ENROLLMENT_CREATED,
            occurred_at=event.occurred_at,
        )
        for course in enrolled_in
    )
    records.note_step(learner, event.occurred_at)
