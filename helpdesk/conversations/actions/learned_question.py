"""Finds out what a ticket is about from its learner's messages."""

from __future__ import annotations

from datetime import datetime

from helpdesk.conversations.actions.question_request_states import was_asked
from helpdesk.conversations.learner_page.statements import reopened_by_messages
from helpdesk.courses.models import Lesson
from helpdesk.tickets.actions.lessons import withdraw_lesson
from helpdesk.tickets.actions.questions import set_question
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, QuestionOrigin, Ticket, TicketEvent

Channel, Trust, Kind = Message.Channel, Message.Trust, TicketEvent.Kind
ORIGINS = {Channel.PAGE: QuestionOrigin.PAGE, Channel.EMAIL: QuestionOrigin.EMAIL}


def can_choose_topic(ticket: Ticket) -> bool:
    """Whether the learner may still choose, or change, the topic: the team has neither replied nor set it."""
    if ticket.first_responded_at:
        return False
    known = ticket.events.filter(kind=Kind.QUESTION_KNOWN).order_by("-pk")
    is_by_learner = known.values_list("actor_kind", flat=True).first() == TicketEvent.ActorKind.LEARNER
    return is_by_learner or not ticket.is_question_known


def is_proved(message: Message) -> bool:
    """Whether it is proved that the learner wrote the message themselves."""
    return message.trust != Trust.UNVERIFIED and not message.author_email


def learn_question(
    ticket: Ticket,
    actor: Actor,
    message: Message,
    said: str,
    lesson: Lesson | None = None,
    *,
    is_lesson_withdrawn: bool = False,
    known_at: datetime | None = None,
) -> None:
    """Fill in what is not known yet: the question `said`, the message's topic, and the lesson.

    If the ticket has a topic but no question, the text is added only until the team has replied. Until then, the
    learner may also correct their topic or lesson, or withdraw the lesson, unless the team has set it. The question
    counts as known since `known_at` (UTC), or since the message was written.
    """
    text = said if _may_state_question(ticket) else ticket.question
    topic = message.topic if _corrects_topic(ticket, message) else ticket.topic or message.topic
    if not (text or topic):
        return
    lesson = lesson if lesson and lesson.course_id == ticket.course_id else None
    sets_lesson = lesson is not None and _may_set_lesson(ticket, lesson)
    withdraws_lesson = is_lesson_withdrawn and ticket.is_lesson_told and can_choose_topic(ticket)
    if withdraws_lesson:
        withdraw_lesson(ticket)
    if (text, topic) != (ticket.question, ticket.topic) or sets_lesson or withdraws_lesson:
        origin = _origin_of(ticket, message)
        set_question(ticket, actor, text, topic, lesson, origin, known_at=known_at or message.created_at)


def learn_question_again(ticket: Ticket) -> None:
    """Learn the question from the remaining messages, oldest first, after the one that contained it was removed.

    Call it with the ticket locked. The whole body is used, because the `question` of an e-mail is not stored. Messages
    that reopened an answered ticket are skipped, as when they arrived: they say thanks, or that it still does not work.
    """
    learner = Actor.learner(ticket.learner)
    events = ticket.events.order_by("pk") if ticket.first_responded_at else ()
    reopening = set(reopened_by_messages(events).values())
    left = ticket.messages.filter(kind=Message.Kind.LEARNER, cancelled_at=None)
    for message in left.order_by("created_at", "pk"):
        if ticket.question:
            return
        if is_proved(message) and message.pk not in reopening:
            learn_question(ticket, learner, message, message.body)


def _may_state_question(ticket: Ticket) -> bool:
    """Whether nothing is known yet, or only a topic, and the team has not replied."""
    return not ticket.is_question_known or (not ticket.question and ticket.first_responded_at is None)


def _may_set_lesson(ticket: Ticket, lesson: Lesson) -> bool:
    """Whether the lesson is not known from a person yet, or is another one that the learner may still correct."""
    return not ticket.is_lesson_told or (lesson.pk != ticket.lesson_id and can_choose_topic(ticket))


def _corrects_topic(ticket: Ticket, message: Message) -> bool:
    return bool(message.topic) and message.topic != ticket.topic and can_choose_topic(ticket)


def _origin_of(ticket: Ticket, message: Message) -> QuestionOrigin:
    origin = ORIGINS.get(Channel(message.channel), QuestionOrigin.TEAM)
    is_by_learner = origin != QuestionOrigin.TEAM and not ticket.is_question_known
    return QuestionOrigin.FIRST_REPLY if is_by_learner and was_asked(ticket, message.created_at) else origin
