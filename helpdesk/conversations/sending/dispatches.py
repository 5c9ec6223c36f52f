"""Creates and queues the dispatches of messages: Message-ID, subject and reply address are fixed before sending."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.languages import language_of
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.models.states import UNDELIVERED
from helpdesk.conversations.sending.send_jobs import enqueue_sending
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.cleaning import clean_key, clean_name

State = Dispatch.State
ROOT = re.compile(r"<t(\d{1,18})\.([0-9a-f]{20})@[^>]{1,253}>")


def create_dispatch(
    message: Message,
    recipient: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    language: str = "",
) -> Dispatch:
    """Create a dispatch that sends a message to this address at its `send_at`; until then it can be cancelled.

    `before` and `after` are the ticket's values that writing it changed. The subject is in this language, else the
    learner's.
    """
    message_id = f"<{secrets.token_hex(16)}@{message_domain()}>"
    dispatch = Dispatch.objects.create(
        team_id=message.team_id,
        message=message,
        recipient=recipient,
        email_message_id=message_id,
        subject=subject_of(message.ticket, language),
        reply_token_hash=hash_reply_token(reply_token(message_id)),
        next_try_at=message.send_at,
        before=before or {},
        after=after or {},
    )
    dispatch.events.create(state=State.HELD)
    enqueue_sending(message.send_at)
    return dispatch


def requeue(message: Message, actor: Actor) -> list[Dispatch]:
    """Send a message's undelivered dispatches again, under the same Message-ID; returns them.

    They go to the learner's current address.
    """
    rows = Dispatch.objects.select_for_update(of=("self",)).select_related("message__ticket__learner")
    failed = list(rows.filter(message=message, state__in=UNDELIVERED))
    for dispatch in failed:
        send_to_present_address(dispatch)
        dispatch.state, dispatch.reason, dispatch.attempts, dispatch.repeats = State.QUEUED, "", 0, 0
        # Earlier attempts have a known result, or a person asked for this one: it is no automatic repeat.
        dispatch.next_try_at, dispatch.handed_over_at = timezone.now(), None
        dispatch.save(update_fields=["state", "reason", "attempts", "repeats", "next_try_at", "handed_over_at"])
        dispatch.events.create(state=State.QUEUED, detail=actor.name)
    if failed:
        enqueue_sending()
    return failed


def send_to_present_address(dispatch: Dispatch) -> bool:
    """Redirect a locked dispatch to the learner's current address; returns whether that had changed.

    Attempts at the former address do not count for the new one.
    """
    learner = dispatch.message.ticket.learner
    learner.refresh_from_db(fields=["email"])  # may have been corrected while we waited for the lock
    address = clean_key(learner.email)
    if dispatch.recipient == address:
        return False
    # Recorded here, because the learner's former address is forgotten if it is somebody else's.
    dispatch.former_recipients = [*dispatch.former_recipients, dispatch.recipient]
    dispatch.recipient, dispatch.handed_over_at, dispatch.repeats = address, None, 0
    dispatch.save(update_fields=["recipient", "former_recipients", "handed_over_at", "repeats"])
    with in_installation_language():
        dispatch.events.create(state=dispatch.state, detail=_("The learner’s address was corrected."))
    return True


def message_domain() -> str:
    """The domain of our Message-IDs."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def root_id(ticket: Ticket) -> str:
    """The Message-ID that all e-mails of a ticket refer to, so that mail programs show them as one thread."""
    return f"<t{ticket.pk}.{_root_signature(ticket.pk, settings.SECRET_KEY)}@{message_domain()}>"


def link_message_id(ticket: Ticket) -> str:
    """A new Message-ID for an e-mail that is no message of the conversation, recognisable as the ticket's."""
    name, _at, domain = root_id(ticket).partition("@")
    return f"{name}@{secrets.token_hex(8)}.{domain}"


def ticket_pk_of(root: str) -> int | None:
    """The primary key of the ticket in a `root_id` or `link_message_id`; None for other Message-IDs."""
    found = ROOT.fullmatch(root.strip())
    if found is None:
        return None
    pk = int(found[1])
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return pk if any(constant_time_compare(found[2], _root_signature(pk, key)) for key in keys) else None


def _root_signature(pk: int, key: str) -> str:
    return salted_hmac("conversations.root", str(pk), secret=key, algorithm="sha256").hexdigest()[:20]


def reply_token(email_message_id: str) -> str:
    """The token by which replies to this e-mail are recognised: 33 letters and digits.

    It is lower case, because mail servers may lower-case addresses. It is derived from the Message-ID and our secret
    key, so that every attempt has the same token and only its hash is stored.
    """
    digest = salted_hmac("conversations.reply", email_message_id, algorithm="sha256").digest()
    return "r" + b32encode(digest[:20]).decode().lower()


def hash_reply_token(token: str) -> str:
    """The hash under which a reply token is stored."""
    return hashlib.sha256(token.lower().encode()).hexdigest()


def subject_of(ticket: Ticket, language: str = "") -> str:
    """The subject of all e-mails of a ticket: the first one's, else a new one in this language or the learner's."""
    first = Dispatch.objects.filter(message__ticket=ticket).exclude(subject="").order_by("pk").first()
    if first:
        return first.subject
    course = clean_name(ticket.course.title) if ticket.course else ""
    with translation.override(language or language_of(ticket)):
        subject = _("Your question in %(course)s") % {"course": course} if course else _("Your help request")
    return Truncator(subject).chars(150)
