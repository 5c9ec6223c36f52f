"""The metrics at /metrics about e-mail with learners."""

from __future__ import annotations

from collections.abc import Iterator

from helpdesk.conversations.inbound.health import silent_mailboxes
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.models.states import UNSENT
from helpdesk.operations.readings import Reading, count_recent, count_waiting


def read_emails() -> Iterator[Reading]:
    """E-mails waiting to be sent or read, with the oldest one's age, recent e-mails, and mailboxes not fetched."""
    out = count_waiting(Dispatch.objects.filter(state__in=UNSENT), "next_try_at")
    yield Reading("emails_waiting", "E-mails to learners that are still to be sent.", {(): out.count})
    yield Reading("emails_overdue_seconds", "How long the oldest of them is due.", {(): out.oldest_seconds})
    recent = count_recent(Dispatch.objects.all(), "created_at", "state")
    yield Reading("emails_recent", "E-mails to learners of the last five minutes, by state.", recent, ("state",))
    stored = count_waiting(InboundEmail.objects.filter(state=InboundEmail.State.STORED), "received_at")
    yield Reading("inbound_emails_waiting", "E-mails that came in and are still to be read.", {(): stored.count})
    yield Reading(
        "inbound_emails_oldest_waiting_seconds", "How long the oldest of them waits.", {(): stored.oldest_seconds}
    )
    came = count_recent(InboundEmail.objects.all(), "received_at", "state")
    yield Reading("inbound_emails_recent", "E-mails that came in within five minutes, by state.", came, ("state",))
    yield Reading("mailboxes_silent", "Mailboxes that could not be fetched.", {(): silent_mailboxes().count()})
