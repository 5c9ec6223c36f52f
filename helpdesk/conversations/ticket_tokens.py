"""By which an answer is known to an e-mail that is no message of a conversation: its ticket, and whom it went to."""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

TOKEN = re.compile(r"(t[0-9]{1,18}(?:\.m[0-9]{1,18})?)\.([a-z2-7]{24})")


@dataclass(frozen=True)
class TicketToken:
    """The keys of a ticket, and of the membership of the colleague who got the e-mail; None where its learner did."""

    ticket: int
    membership: int | None = None

    def __str__(self) -> str:
        """What stands in an address, in lower case, as mail servers may make it.

        Told to one person alone, unlike the Message-ID that all e-mails of a ticket refer to.
        """
        return f"{self._name}.{_signature(self._name, settings.SECRET_KEY)}"

    @property
    def _name(self) -> str:
        return f"t{self.ticket}" if self.membership is None else f"t{self.ticket}.m{self.membership}"


def read_ticket_token(text: str) -> TicketToken | None:
    """The token that this is; None where it is not one of ours."""
    found = TOKEN.fullmatch(text.lower())
    if found is None:
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(found[2], _signature(found[1], key)) for key in keys):
        return None
    ticket, _dot, membership = found[1].removeprefix("t").partition(".m")
    return TicketToken(int(ticket), int(membership) if membership else None)


def _signature(name: str, key: str) -> str:
    digest = salted_hmac("conversations.ticket_token", name, secret=key, algorithm="sha256").digest()
    return b32encode(digest[:15]).decode().lower()
