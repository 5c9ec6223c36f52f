"""What somebody wrote, before it is a message of a ticket."""

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
    """What a learner wrote by whichever way, or a colleague in their own mail program.

    Of an e-mail, `body` has its own words and `quoted` the text around them; `question` is the body without anything
    quoted (None: all of it). `written_at` (UTC) is when it arrived; None is now.

    `author_email` is the address of a sender who is neither the learner nor known to be of the team, and `trust`, one
    of Message.Trust, how far it is believed who wrote it.

    On their page learners choose a `topic` and a `lesson`; `is_lesson_withdrawn` says that they took their earlier
    choice of a lesson back.
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
    """Keep it on the ticket, with its files. To be called with the ticket locked."""
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
