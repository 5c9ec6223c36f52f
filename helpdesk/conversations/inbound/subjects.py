"""Whether an e-mail's subject shows that it is about something other than the conversation that it replies to."""

from __future__ import annotations

import re

from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.sending.dispatches import subject_of
from helpdesk.tickets.models import Ticket

MOST_COMPARED = 20  # earlier e-mails
# Prefixes that mail programs put before a subject: “Re:”, “RES: ENC:”, “AW[2]:”.
ANSWERED = re.compile(r"(?:\s*(?:re|res|resp|ref|enc|fw|fwd|rv|aw|wg|sv|tr|r|i)(?:\[\d{1,3}\])?\s*:)+", re.I)


def has_new_subject(reading: Reading, ticket: Ticket) -> bool:
    """Whether neither we nor the sender of a recent e-mail on the ticket used this subject; False if it is empty."""
    bare = _bare(reading.parsed.subject)
    earlier = ticket.inbound_emails.exclude(pk=reading.email.pk).order_by("-pk").values_list("subject", flat=True)
    return bool(bare) and bare not in {_bare(subject) for subject in (subject_of(ticket), *earlier[:MOST_COMPARED])}


def _bare(subject: str) -> str:
    found = ANSWERED.match(subject)
    return " ".join(subject[found.end() if found else 0 :].split()).casefold()
