"""Which version of a ticket a page showed, as its forms send it with the ticket's number: “12-3”."""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpdesk.tickets.models import Ticket

NUMBER_WITH_VERSION = re.compile(r"^([0-9]{1,9})-([0-9]{1,9})$")


def number_with_version(ticket: Ticket) -> str:
    """The ticket's number and present version, for a form."""
    return f"{ticket.number}-{ticket.version}"


def versions_by_number(sent: Iterable[str]) -> dict[int, int]:
    """The versions that a form sent, by the tickets' numbers; anything else is left out."""
    matches = map(NUMBER_WITH_VERSION.fullmatch, sent)
    return {int(match[1]): int(match[2]) for match in matches if match}
