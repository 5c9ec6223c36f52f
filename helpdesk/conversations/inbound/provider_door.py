"""E-mail that a provider brings by its webhook.

django-anymail has proved that the call is the provider's. It may come twice, or be played back by whoever has seen it
once: it is stored once, by its event, and not when it is older than providers try.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from email.utils import getaddresses
from typing import Any

from anymail.signals import AnymailInboundEvent

from helpdesk.conversations.inbound.recipients import mailbox_of
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import Mailbox
from helpdesk.operations.clock import database_now

logger = logging.getLogger(__name__)
OLDEST = timedelta(days=3)  # providers try to bring e-mail for longer than to tell of it
AHEAD = timedelta(minutes=10)  # that their clock may be
RECIPIENTS = ("Delivered-To", "X-Original-To", "To", "Cc")
MOST_ADDRESSES = 50


def take_email(sender: Any, event: AnymailInboundEvent, esp_name: str, **_kwargs: Any) -> None:
    """Store one e-mail, for each of its recipients that is one of ours."""
    now = database_now()
    if event.timestamp and not now - OLDEST <= event.timestamp <= now + AHEAD:
        logger.warning("An e-mail by %s from %s is not taken: it is too old", esp_name, event.timestamp)
        return
    raw = _bytes_of(event.message)
    found: dict[int, tuple[Mailbox, str]] = {}
    for address in _recipients(event.message):
        if mailbox := mailbox_of(address, Mailbox.Kind.PROVIDER):
            found.setdefault(mailbox.pk, (mailbox, address))
    if not found:
        logger.warning("An e-mail by %s is for nobody here", esp_name)
    event_id = f"{esp_name}:{event.event_id or hashlib.sha256(raw).hexdigest()}"
    for mailbox, address in found.values():
        envelope = Envelope(event.message.envelope_sender or "", address)
        store_email(mailbox, raw, envelope=envelope, provider_event=event_id)


def _bytes_of(message: Any) -> bytes:
    """As the provider gave them; of one that gives parts alone, as django-anymail puts them together."""
    try:
        return bytes(message.as_bytes())
    except (UnicodeError, LookupError, ValueError):
        return str(message).encode("utf-8", "replace")


def _recipients(message: Any) -> list[str]:
    """Whom it was for, by the provider's word first."""
    values = [message.envelope_recipient or ""]
    values += [str(value) for name in RECIPIENTS for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values) if "@" in address][:MOST_ADDRESSES]
