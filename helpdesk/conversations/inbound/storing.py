"""Stores an e-mail, however it arrives: its raw bytes and envelope, before anything else happens.

Only then is the sending side answered. A worker is woken to file the e-mail (filing.py).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.conversations.models.inbound_reasons import Reason, stored
from helpdesk.operations.wakeups import notify

CHANNEL = "conversations_inbound"
HEAD_KEPT = 256 * 2**10  # bytes kept of a fetched e-mail that is larger than LARGEST; a person decides about it


@dataclass(frozen=True)
class Envelope:
    """The sender and recipient that a mail server was given; both are empty if unknown.

    `NULL_SENDER` is the sender of e-mail that must not be answered: reports and automatic replies (RFC 5321, RFC 3834).

    `by_relay` means that a server of ours passed it on and wrote its verdict on the sender on top of the e-mail.
    """

    sender: str = ""
    recipient: str = ""
    by_relay: bool = False


@dataclass(frozen=True)
class Uid:
    """The position of an e-mail in an IMAP folder: its UIDVALIDITY and UID."""

    validity: int
    number: int


NO_ENVELOPE = Envelope()


@transaction.atomic
def store_email(
    mailbox: Mailbox,
    raw: bytes,
    *,
    envelope: Envelope = NO_ENVELOPE,
    uid: Uid | None = None,
    provider_event: str = "",
    size: int = 0,
    state: InboundEmail.State = InboundEmail.State.STORED,
    reason: Reason | None = None,
) -> bool:
    """Store an e-mail; returns whether it is new. One that arrives again in the same way is stored once.

    `size` is that of the whole e-mail, in bytes, if only its head was fetched. With a `reason`, a person decides about
    it.
    """
    size = max(size, len(raw))
    digest = hashlib.sha256(raw).hexdigest()
    if uid and raw and _came_under_another_uid(mailbox, digest, uid):
        return False
    if uid and _is_taken(mailbox, digest, uid):
        uid = None  # the server used this UID twice, so only its bytes identify this e-mail
    email = InboundEmail(
        team_id=mailbox.team_id,
        mailbox=mailbox,
        uidvalidity=uid.validity if uid else None,
        uid=uid.number if uid else None,
        provider_event=provider_event[:200],
        envelope_from=_storable(envelope.sender),
        envelope_to=_storable(envelope.recipient).lower(),
        by_relay=envelope.by_relay,
        raw=raw,
        size=size,
        sha256=digest,
        state=state,
        **stored([reason] if reason else []),
    )
    try:
        with transaction.atomic():
            email.save(force_insert=True)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return False
    notify(CHANNEL)
    return True


def _came_under_another_uid(mailbox: Mailbox, digest: str, uid: Uid) -> bool:
    """Whether the same e-mail was fetched before the server renumbered the folder."""
    same = InboundEmail.objects.filter(mailbox=mailbox, sha256=digest)
    return same.exclude(uidvalidity=uid.validity).exists()


def _is_taken(mailbox: Mailbox, digest: str, uid: Uid) -> bool:
    """Whether another e-mail has this UID, from another account or from before the server renumbered the folder."""
    same = InboundEmail.objects.filter(mailbox=mailbox, uidvalidity=uid.validity, uid=uid.number)
    return same.exclude(sha256=digest).exists()


def _storable(address: str) -> str:
    return address.encode("utf-8", "replace").decode().replace("\0", "")[:320]
