"""Tokens in the reply addresses of e-mails that are no messages: they name the ticket and the recipient."""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

TOKEN = re.compile(r"(t[0-9]{1,18}(?:\.m[0-9]{1,18})?)\.([a-z2-7]{24})")


@dataclass(frozen=True)
class TicketToken:
    """The primary keys of a ticket and of the recipient's membership; None if the learner got the e-mail."""

    ticket: int
    membership: int | None = None

    def __str__(self) -> str:
        """The token in lower case, as mail servers may lower-case it.

        Only one person gets it, unlike the Message-ID that all e-mails of a ticket refer to.
        """
        return f"{self._name}.{_signature(self._name, settings.SECRET_KEY)}"

    @property
    def _name(self) -> str:
        return f"t{self.ticket}" if self.membership is None else f"t{self.ticket}.m{self.membership}"


def read_ticket_token(text: str) -> TicketToken | None:
    """The token in this text; None if it is not one of ours."""
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
