"""E-mail that a provider delivers to our webhook.

django-anymail has verified that the call comes from the provider. A call may be repeated, or replayed by somebody who
has seen it: each event is stored once, and if it is older than providers retry, a person decides about it.

No e-mail is dropped silently. If none of our mailboxes has the address, but its domain is that of one team, it is held
there. Otherwise, or if the mailbox is turned off, the call fails, and the provider shows that and tries again.
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

from helpdesk.conversations.inbound.recipient_mailboxes import mailbox_at_domain, mailbox_of, without_token
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sending.tag_testing import ask_for_tag_test
from helpdesk.mail.automatic import NULL_SENDER
from helpdesk.operations.clock import database_now

logger = logging.getLogger(__name__)
OLDEST = timedelta(days=3)  # providers retry incoming e-mail for longer than they retry events about sent e-mail
AHEAD = timedelta(minutes=10)  # how far the provider's clock may be ahead of ours
# These add Authentication-Results on top of each e-mail; with others, the sender may have written the topmost.
JUDGES = {"Amazon SES"}
RECIPIENTS = ("Delivered-To", "X-Original-To", "To", "Cc")
MOST_ADDRESSES = 50


class NotTaken(Exception):
    """No enabled mailbox accepts this e-mail; the provider may try again later."""


def take_email(sender: Any, event: AnymailInboundEvent, esp_name: str, **_kwargs: Any) -> None:
    """Store an e-mail in each of our mailboxes that it is addressed to. Raises NotTaken."""
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
    """Store the e-mail; since this shows that the webhook works, a tag test can be requested."""
    if store_email(mailbox, raw, envelope=envelope, provider_event=event_id, reason=reason):
        ask_for_tag_test(mailbox)


@dataclass(frozen=True)
class Place:
    """A mailbox, and the address by which an e-mail reaches it; `is_known` if it is the mailbox's own address."""

    mailbox: Mailbox
    address: str
    is_known: bool = True

    def doubt(self, *, is_timely: bool) -> Reason | None:
        """Why a person should decide about the e-mail; None if nothing is odd."""
        if not self.is_known:
            return Reason.of(ReasonCode.UNKNOWN_RECIPIENT, address=self.address)
        return None if is_timely else Reason(ReasonCode.NOT_RECENT)


def _places(addresses: list[str]) -> list[Place]:
    """Each mailbox with one of the addresses, once; if there is none, one at the same domain where somebody sees it."""
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
    """The e-mail's bytes from the provider; if it sends only parts, as django-anymail assembles them."""
    try:
        return bytes(message.as_bytes())
    except (UnicodeError, LookupError, ValueError):
        return str(message).encode("utf-8", "replace")


def _sender(message: Any) -> str:
    """The envelope sender: empty if the provider does not tell it, NULL_SENDER if it is empty or <>."""
    sender = message.envelope_sender
    return "" if sender is None else sender.strip().strip("<>") or NULL_SENDER


def _recipients(message: Any) -> list[str]:
    """The recipients' addresses, beginning with the one that the provider names."""
    values = [message.envelope_recipient or ""]
    values += [str(value) for name in RECIPIENTS for value in message.get_all(name, [])]
    return [address for _name, address in getaddresses(values) if "@" in address][:MOST_ADDRESSES]
