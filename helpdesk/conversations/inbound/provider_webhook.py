"""E-mail that a provider brings by its webhook.

django-anymail has proved that the call is the provider's. It may come twice, or be played back by whoever has seen it
once: it is stored once, by its event, and where it is older than providers try, a person decides about it.

Nothing that a provider brings is dropped in silence: what is for an address that is none of ours is held where the
domain is one team's; else, or where the mailbox is off, the call fails, which the provider shows, and tries again.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from email.utils import getaddresses
from typing import Any

from anymail.signals import AnymailInboundEvent
from django.db import transaction

from helpdesk.conversations.actions.tag_test import ask_for_tag_test
from helpdesk.conversations.inbound.recipient_mailboxes import mailbox_at_domain, mailbox_of, without_token
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.mail.automatic import NULL_SENDER
from helpdesk.operations.clock import database_now

logger = logging.getLogger(__name__)
OLDEST = timedelta(days=3)  # providers try to bring e-mail for longer than to tell of it
AHEAD = timedelta(minutes=10)  # that their clock may be
# These write Authentication-Results on top of what they bring; of others, the sender may have written the topmost.
JUDGES = {"Amazon SES"}
RECIPIENTS = ("Delivered-To", "X-Original-To", "To", "Cc")
MOST_ADDRESSES = 50


class NotTaken(Exception):
    """No mailbox that is on takes this e-mail; the provider may try again later."""


def take_email(sender: Any, event: AnymailInboundEvent, esp_name: str, **_kwargs: Any) -> None:
    """Store one e-mail, for each of its recipients that is one of ours. Raises NotTaken."""
    now = database_now()
    is_timely = not event.timestamp or now - OLDEST <= event.timestamp <= now + AHEAD
    raw = _bytes_of(event.message)
    places = _places(_recipients(event.message))
    if not places:
        logger.warning("An e-mail by %s is for nobody here", esp_name)
        raise NotTaken
    event_id = f"{esp_name}:{event.event_id or hashlib.sha256(raw).hexdigest()}"
    for place in places:
        with in_installation_language():
            envelope = Envelope(_sender(event.message), place.address, esp_name in JUDGES)
            _store(place.mailbox, raw, envelope, event_id, place.doubt(is_timely=is_timely))


@transaction.atomic
def _store(mailbox: Mailbox, raw: bytes, envelope: Envelope, event_id: str, reason: Reason | None) -> None:
    """Keep it; it shows that the webhook works, so that answers with a tag can be tested."""
    if store_email(mailbox, raw, envelope=envelope, provider_event=event_id, reason=reason):
        ask_for_tag_test(mailbox)


@dataclass(frozen=True)
class Place:
    """A mailbox, and the address for which an e-mail gets into it."""

    mailbox: Mailbox
    address: str
    is_known: bool = True

    def doubt(self, *, is_timely: bool) -> Reason | None:
        """Why a person should decide about what comes for it; None where nothing is odd."""
        if not self.is_known:
            return Reason.of(ReasonCode.UNKNOWN_RECIPIENT, address=self.address)
        return None if is_timely else Reason(ReasonCode.NOT_RECENT)


def _places(addresses: list[str]) -> list[Place]:
    """Each mailbox once; where none has any of the addresses, one in which somebody sees it."""
    found: dict[int, Place] = {}
    for address in addresses:
        if mailbox := mailbox_of(address, Mailbox.Kind.PROVIDER):
            found.setdefault(mailbox.pk, Place(mailbox, address))
    if not found and not _is_off(addresses):
        at_domain = ((mailbox_at_domain(address, Mailbox.Kind.PROVIDER), address) for address in addresses)
        for mailbox, address in at_domain:
            if mailbox:
                return [Place(mailbox, address, is_known=False)]
    return list(found.values())


def _is_off(addresses: list[str]) -> bool:
    off = Mailbox.objects.filter(kind=Mailbox.Kind.PROVIDER, is_enabled=False)
    return any(off.filter(address__iexact=without_token(address)).exists() for address in addresses)


def _bytes_of(message: Any) -> bytes:
    """As the provider gave them; of one that gives parts alone, as django-anymail puts them together."""
    try:
        return bytes(message.as_bytes())
    except (UnicodeError, LookupError, ValueError):
        return str(message).encode("utf-8", "replace")


def _sender(message: Any) -> str:
    """The envelope's: None where a provider does not know it, and empty or <> where it is the null sender."""
    sender = message.envelope_sender
    return "" if sender is None else sender.strip().strip("<>") or NULL_SENDER


def _recipients(message: Any) -> list[str]:
    """Whom it was for, by the provider's word first."""
    values = [message.envelope_recipient or ""]
    values += [str(value) for name in RECIPIENTS for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values) if "@" in address][:MOST_ADDRESSES]
