"""What all Nutror events speak of: the learner, the course and its producer."""

from __future__ import annotations

from helpdesk.courses.actions import upsert_course, upsert_learner
from helpdesk.courses.models import Course, Learner, LearnerActivity
from helpdesk.teams.models import Team
from webhooks.events import Event

Kind = LearnerActivity.Kind


def course_of(team: Team, event: Event, at: str = "course") -> Course:
    """The course at `data.<at>`, and its producer."""
    return upsert_course(
        team,
        producer_email=event.email("producer.email"),
        producer_name=event.text("producer.name"),
        hash=event.required_text(f"{at}.hash", longest=128),
        title=event.text(f"{at}.title"),
        at=event.occurred_at,
    )


def learner_of(team: Team, event: Event) -> Learner:
    """The learner of the event."""
    return upsert_learner(
        team, email=event.email("learner.email"), name=event.text("learner.name"), at=event.occurred_at
    )


def record_activity(team: Team, event: Event, kind: str, **facts: object) -> None:
    """A row in the learner's activity, with the lesson where the event names one."""
    course = course_of(team, event)
    LearnerActivity.objects.create(
        team=team,
        learner=learner_of(team, event),
        course=course,
        kind=kind,
        occurred_at=event.occurred_at,
        lesson_key=event.text("lesson.id", longest=64),
        lesson_title=event.text("lesson.title"),
        progress=event.number("course.progress", largest=100),
        **facts,
    )
