"""Storing an e-mail, by whichever way it comes: the bytes as they came, with their envelope, before anything else.

Only then is its sender answered. What the e-mail means is worked out by a worker (filing.py), which is woken.
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
HEAD_KEPT = 256 * 2**10  # bytes of an e-mail that is fetched and larger than LARGEST; a person decides then


@dataclass(frozen=True)
class Envelope:
    """From whom and to whom a mail server was told that it goes; both are empty where nobody says it.

    `NULL_SENDER` is the sender of what no answer is wanted to: reports and answers of programs (RFC 5321, RFC 3834).

    `by_relay` where that server is ours, and writes on top of an e-mail what it found out of its sender.
    """

    sender: str = ""
    recipient: str = ""
    by_relay: bool = False


@dataclass(frozen=True)
class Uid:
    """Where an e-mail lies in a folder of IMAP."""

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
    """Keep an e-mail; whether it is new. One that comes again by the same way is kept once.

    `size` is the whole one's, where only its head was fetched. With a `reason`, a person decides about it.
    """
    size = max(size, len(raw))
    digest = hashlib.sha256(raw).hexdigest()
    if uid and raw and _came_under_another_uid(mailbox, digest, uid):
        return False
    if uid and _is_taken(mailbox, digest, uid):
        uid = None  # the server has given this number to two of them: this one is known by its bytes alone
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
    """Whether the server counts anew, and this is what was fetched before it did."""
    same = InboundEmail.objects.filter(mailbox=mailbox, sha256=digest)
    return same.exclude(uidvalidity=uid.validity).exists()


def _is_taken(mailbox: Mailbox, digest: str, uid: Uid) -> bool:
    """Whether something else came under this number: from another account, or since the server counted anew."""
    same = InboundEmail.objects.filter(mailbox=mailbox, uidvalidity=uid.validity, uid=uid.number)
    return same.exclude(sha256=digest).exists()


def _storable(address: str) -> str:
    return address.encode("utf-8", "replace").decode().replace("\0", "")[:320]
