"""The learner's question, which the help request itself does not contain."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.courses.models import Lesson
from helpdesk.tickets.actions.inheritance import QUESTION_ATTRIBUTES
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.message_facts import QuestionKnown
from helpdesk.tickets.models import QuestionOrigin, Ticket, TicketEvent, Topic
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_text
from helpdesk.ui.refusals import ActionRefused


@action
def change_question(
    ticket: Ticket,
    actor: Actor,
    text: str,
    topic: str = "",
    lesson: Lesson | None = None,
    *,
    origin: str = QuestionOrigin.TEAM,
) -> None:
    """Set the question, as words, a topic, or both, and the lesson that it is about, if one is given.

    How and when a question first became known is kept.
    """
    text = clean_text(text)
    if not (text or topic):
        raise ActionRefused(_("Write the question, or choose what it is about."))
    if len(text) > LONGEST_TEXT:
        raise ActionRefused(_("A question can have at most 20,000 characters."))
    if topic and topic not in Topic.values:
        raise ActionRefused(_("Unknown topic."))
    if lesson and (lesson.team_id != ticket.team_id or lesson.course_id != ticket.course_id):
        raise ActionRefused(_("That lesson belongs to another course."))
    is_same = (text, topic) == (ticket.question, ticket.topic) and not ticket.question_from_id
    if is_same and (lesson is None or lesson.pk == ticket.lesson_id):
        return
    set_question(ticket, actor, text, topic, lesson, origin)


def set_question(
    ticket: Ticket,
    actor: Actor,
    text: str,
    topic: str,
    lesson: Lesson | None,
    origin: str,
    *,
    known_at: datetime | None = None,
) -> None:
    """Save and record a question with checked values; `known_at` defaults to now. Call with the ticket locked."""
    old = ticket.topic
    ticket.question, ticket.topic, ticket.question_from = text, topic, None
    if ticket.question_known_at is None:
        ticket.question_origin, ticket.question_known_at = origin, known_at or timezone.now()
    if lesson:
        ticket.lesson, ticket.is_lesson_told = lesson, True
    save_change(ticket, "lesson", "is_lesson_told", *QUESTION_ATTRIBUTES)
    record(ticket, actor, TicketEvent.Kind.QUESTION_KNOWN, QuestionKnown(old, topic, origin))


def choose_topic(ticket: Ticket, actor: Actor, topic: str) -> None:
    """Set the topic, and leave the question's words as they are."""
    change_question(ticket, actor, ticket.question, topic)
