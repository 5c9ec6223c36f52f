"""Ensures that a composer form is sent once, even if it is submitted again because the response was lost.

A form is recognised by the key that the page gave it, together with its contents: changed text or another file makes it
a new one.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations.models import Attachment, SentForm
from helpdesk.teams.models import User
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.cleaning import clean_text

KEPT = timedelta(days=2)


def new_key() -> str:
    """A key for a form to be shown."""
    return str(uuid.uuid4())


def submission_key(key: str, ticket: Ticket, kind: str, body: str) -> str:
    """Identifies a form with its contents; empty if the page gave it no key."""
    return hashlib.sha256(repr([key[:36], ticket.pk, str(kind), clean_text(body)]).encode()).hexdigest() if key else ""


def message_of(user: User | None, key: str, files: Iterable[Attachment] = ()) -> Message | None:
    """The message that this form already became; None if none, if taken back, or if any of these files is unsent."""
    if not key or user is None or Attachment.objects.filter(pk__in=[file.pk for file in files], message=None).exists():
        return None
    found = SentForm.objects.filter(user=user, key=key, message__cancelled_at=None)
    sent = found.select_related("message").first()
    return sent.message if sent else None


def is_other_way(user: User | None, key: str, then: str) -> bool:
    """Whether this form now asks for another status of the ticket than when it was sent; if so, records the new one.

    Call it with the ticket locked.
    """
    return bool(then and SentForm.objects.filter(user=user, key=key).exclude(then=then).update(then=then))


def note_sent(user: User | None, key: str, message: Message, then: str = "") -> None:
    """Record the message that a form became. Call it with the ticket locked, in the message's transaction."""
    if key and user is not None:
        defaults = {"message": message, "then": then, "created_at": timezone.now()}
        SentForm.objects.update_or_create(user=user, key=key, defaults=defaults)


def forget_sent_forms() -> None:
    """Delete records older than KEPT, by when no page with the form is open."""
    SentForm.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
