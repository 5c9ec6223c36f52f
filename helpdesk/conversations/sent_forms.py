"""A form of the composer is sent once, however often it comes: an answer that got lost has people press again.

What tells is the key that the page gave the form, with what was written: who goes back and writes something else in it,
or attaches another file, sends something else.
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
from helpdesk.ui.names import clean_text

KEPT = timedelta(days=2)


def new_key() -> str:
    """For a form that is shown."""
    return str(uuid.uuid4())


def submission_key(key: str, ticket: Ticket, kind: str, body: str) -> str:
    """By which a form with what was written in it is known; empty where the page gave it no key."""
    return hashlib.sha256(repr([key[:36], ticket.pk, str(kind), clean_text(body)]).encode()).hexdigest() if key else ""


def message_of(user: User | None, key: str, files: Iterable[Attachment] = ()) -> Message | None:
    """What this person's form became already; None where that is nothing, was taken back, or had not these files."""
    if not key or user is None or Attachment.objects.filter(pk__in=[file.pk for file in files], message=None).exists():
        return None
    found = SentForm.objects.filter(user=user, key=key, message__cancelled_at=None)
    sent = found.select_related("message").first()
    return sent.message if sent else None


def is_other_way(user: User | None, key: str, then: str) -> bool:
    """Whether this form is to leave the ticket in another status now than when it was sent; from now on it is this.

    To be called with the ticket locked.
    """
    return bool(then and SentForm.objects.filter(user=user, key=key).exclude(then=then).update(then=then))


def note_sent(user: User | None, key: str, message: Message, then: str = "") -> None:
    """Keep what a form became; to be called with the ticket locked, in the transaction of the message."""
    if key and user is not None:
        defaults = {"message": message, "then": then, "created_at": timezone.now()}
        SentForm.objects.update_or_create(user=user, key=key, defaults=defaults)


def forget_sent_forms() -> None:
    """Those of which no page is open any more."""
    SentForm.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
