"""What somebody wrote, before it becomes a message on a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from helpdesk.conversations.models import Attachment
from helpdesk.courses.models import Lesson
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket


@dataclass(frozen=True)
class IncomingMessage:
    """What a learner wrote, through any channel, or a colleague in their own mail program.

    For e-mails, `body` is the new text, `quoted` is the text around it, and `question` is the body without quotations
    (None: the whole body). `written_at` (UTC) is when the message arrived; None means now.

    `author_email` is set if the sender is neither the learner nor known to be a member; `trust`, one of Message.Trust,
    says how well the sender is proved.

    Learners can choose a `topic` and a `lesson` on their page; `is_lesson_withdrawn` means that they took back their
    earlier choice of a lesson.
    """

    body: str
    channel: str
    quoted: str = ""
    question: str | None = None
    attachments: Sequence[Attachment] = ()
    written_at: datetime | None = None
    author_email: str = ""
    trust: str = ""
    topic: str = ""
    lesson: Lesson | None = None
    is_lesson_withdrawn: bool = False


def create_message(ticket: Ticket, actor: Actor, kind: Message.Kind, incoming: IncomingMessage) -> Message:
    """Store the message on the ticket, with its files. Call it with the ticket locked."""
    message = Message.objects.create(
        team_id=ticket.team_id,
        ticket=ticket,
        kind=kind,
        author=actor.user,
        author_name=actor.name,
        author_email=incoming.author_email,
        channel=incoming.channel,
        trust=incoming.trust,
        topic=incoming.topic,
        body=incoming.body,
        quoted=incoming.quoted,
        created_at=incoming.written_at or timezone.now(),
    )
    Attachment.objects.filter(pk__in=[file.pk for file in incoming.attachments]).update(message=message, ticket=ticket)
    return message
