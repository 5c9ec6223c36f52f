"""Lessons, help requests from them, and their learners' earlier activity."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.courses.models import Lesson
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, LearnerFactory, open_ticket


def lesson_of(course, title):
    return Lesson.objects.create(team=course.team, course=course, key=title, title=title, named_at=timezone.now())


def ask(course, lesson=None, *, hours=0, **fields):
    """A help request by a new learner."""
    team = fields.pop("team", course.team)
    learner = LearnerFactory(team=team)
    asked_at = timezone.now() - timedelta(hours=hours)
    ticket = open_ticket(team, learner=learner, course=course, requested_at=asked_at)
    if lesson or fields:
        Ticket.objects.filter(pk=ticket.pk).update(lesson=lesson, **fields)
        ticket.refresh_from_db()
    return ticket


def known(course, lesson=None, **topics):
    """A number of help requests for each topic, which is already known."""
    return [
        ask(course, lesson, hours=30 + number, topic=topic, question_known_at=timezone.now(), question_origin="page")
        for topic, count in topics.items()
        for number in range(count)
    ]


def did(ticket, kind, *, minutes=5, **fields):
    """Something that the ticket's learner did before asking."""
    return ActivityFactory(
        team=ticket.team,
        learner=ticket.learner,
        course=fields.pop("course", ticket.course),
        kind=kind,
        occurred_at=ticket.requested_at - timedelta(minutes=minutes),
        **fields,
    )
