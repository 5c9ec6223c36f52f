"""What a learner writes, by whichever way, comes to the ticket that stands for what they asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.effects import Effects
from helpdesk.conversations.actions.learned_question import is_proved, learn_question
from helpdesk.conversations.actions.locking_learners import lock_unerased_learner
from helpdesk.conversations.actions.question_request_states import note_request_answered
from helpdesk.conversations.actions.receiving_tickets import lock_receiving_ticket
from helpdesk.conversations.link_redaction import without_tokens
from helpdesk.conversations.models import Attachment
from helpdesk.courses.actions import note_activity
from helpdesk.courses.models import Lesson
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actions.snooze import set_snoozed_until
from helpdesk.tickets.actions.status import set_status
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.facts import LearnerWrote, Reference
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent, Topic
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.names import clean_text


@transaction.atomic
def receive_message(
    ticket: Ticket,
    actor: Actor,
    body: str,
    *,
    channel: str,
    topic: str = "",
    lesson: Lesson | None = None,
    is_lesson_withdrawn: bool = False,
    trust: str = "",
    attachments: Iterable[Attachment] = (),
    author_email: str = "",
    quoted: str = "",
    question: str | None = None,
    written_at: datetime | None = None,
    effects: Effects | None = None,
) -> Message:
    """Keep what the learner wrote, in the ticket that now stands for this one: that of the message returned.

    A finished ticket is reopened within the team's time; after that, a new one goes on with it. The message may have no
    words: files or a topic alone are enough.

    Its words become the ticket's question where it is proved to be the learner's own, and where it opens a new ticket.
    It is not proved where it has an `author_email`, the address of a sender who is not the learner, or little `trust`.

    Of an e-mail, `body` has its own words and `quoted` the text around them; `question` is the body without anything
    quoted (None: all of it), and `written_at` (UTC) when it arrived, if it was held until somebody filed it. With
    `lesson` the learner chose what it is about; `is_lesson_withdrawn` says that they took their earlier choice back.

    What changes is noted in `effects`. Raises ActionRefused, LearnerErased among them.
    """
    body, files = clean_text(without_tokens(body)), list(attachments)
    _check(body, topic, is_empty=not (body or files or topic or quoted))
    # Before any ticket, as events do it: what one learner sends takes turns.
    learner = lock_unerased_learner(ticket.learner_id)
    written_at, effects = written_at or timezone.now(), effects or Effects()
    note_activity({learner: written_at})
    target = lock_receiving_ticket(ticket, actor, effects)
    message = Message(
        team_id=ticket.team_id,
        ticket=target,
        kind=Message.Kind.LEARNER,
        author_name=actor.name,
        author_email=author_email,
        channel=channel,
        trust=trust,
        topic=topic,
        body=body,
        quoted=quoted,
        created_at=written_at,
    )
    question_said = (body if question is None else question) if effects.is_new or is_proved(message) else None
    _file(target, actor, message, lesson, files, question_said, is_lesson_withdrawn=is_lesson_withdrawn)
    return message


def _check(body: str, topic: str, *, is_empty: bool) -> None:
    """Refuse a message with nothing in it, a text that is too long, or an unknown topic. Raises ActionRefused."""
    if is_empty:
        raise ActionRefused(_("Write something first."))
    if len(body) > LONGEST_TEXT:
        raise ActionRefused(_("A message can have at most 20,000 characters."))
    if topic and topic not in Topic.values:
        raise ActionRefused(_("Unknown topic."))


@action
def _file(
    ticket: Ticket,
    actor: Actor,
    message: Message,
    lesson: Lesson | None,
    files: list[Attachment],
    question_said: str | None,
    *,
    is_lesson_withdrawn: bool,
) -> None:
    """`question_said` is what the learner says that it is about; None where nothing shows that it is the learner."""
    was_finished = ticket.is_finished
    message.save()
    Attachment.objects.filter(pk__in=[file.pk for file in files]).update(message=message, ticket=ticket)
    waits_since = ticket.awaiting_reply_since
    if was_finished or waits_since is None or message.created_at < waits_since:
        ticket.awaiting_reply_since = message.created_at
    save_change(ticket, "awaiting_reply_since")
    fact = LearnerWrote(message.pk, message.topic, Reference.to_any(lesson))
    record(ticket, actor, TicketEvent.Kind.LEARNER_WROTE, fact)
    if was_finished and ticket.first_responded_at:
        question_said = question_said and ""  # thanks, or that it still does not work: what it is about was answered
    if question_said is not None:
        note_request_answered(ticket, message.created_at)
        learn_question(
            ticket,
            actor,
            message,
            question_said,
            lesson,
            is_lesson_withdrawn=is_lesson_withdrawn,
            known_at=timezone.now(),
        )
    if ticket.snoozed_until:
        set_snoozed_until(ticket, actor, None)
    if was_finished or ticket.status == Status.PENDING:
        set_status(ticket, actor, Status.OPEN)
