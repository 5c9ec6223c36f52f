"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from helpdesk.notifications import digests, emails
from helpdesk.notifications.models import NotificationKind
from helpdesk.operations.retries import EMAIL_RETRY


@app.periodic(cron="* * * * *")
@app.task(
    name="notifications.enqueue_digests",
    aliases=["notifications.tell"],
    queue="notifications",
    queueing_lock="notifications.enqueue_digests",
)
def enqueue_digests(timestamp: int = 0) -> None:
    """Once a minute: make e-mails of what has happened."""
    has_more = True
    while has_more:
        with transaction.atomic():
            found, has_more = digests.next_digests()
            for digest in found:
                send_digest.defer(membership_id=digest.membership_id, kind=digest.kind, ticket_ids=digest.ticket_ids)


@app.task(
    name="notifications.send_digest", aliases=["notifications.send_letter"], queue="notifications", retry=EMAIL_RETRY
)
def send_digest(membership_id: int, kind: str, ticket_ids: list[int]) -> None:
    """Send one; a mail server that does not take it is tried again."""
    emails.send_digest(membership_id, NotificationKind(kind), ticket_ids)
