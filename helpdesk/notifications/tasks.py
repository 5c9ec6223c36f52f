"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app

from helpdesk.notifications import digests, emails
from helpdesk.notifications.models import NotificationKind
from helpdesk.operations.clock import database_now
from helpdesk.operations.retries import DATABASE_RETRY, EMAIL_RETRY
from helpdesk.teams.models import User

APART = timedelta(seconds=20)  # at least, between two looks for e-mails


@app.periodic(cron="* * * * *")
@app.task(
    name="notifications.enqueue_digests",
    aliases=["notifications.tell"],
    queue="notifications",
    queueing_lock="notifications.enqueue_digests",
)
def enqueue_digests(timestamp: int = 0) -> None:
    """Once a minute: make e-mails of what has happened.

    A worker that has just started makes up for the minute that it missed, and the next one may begin right after that:
    two looks within seconds would tell by e-mail what a notification is to tell in a moment.
    """
    has_more = True
    while has_more:
        with transaction.atomic():
            found, has_more = digests.next_digests(APART)
            for digest in found:
                send_digest.defer(membership_id=digest.membership_id, kind=digest.kind, ticket_ids=digest.ticket_ids)


@app.task(
    name="notifications.send_digest", aliases=["notifications.send_letter"], queue="notifications", retry=EMAIL_RETRY
)
def send_digest(membership_id: int, kind: str, ticket_ids: list[int]) -> None:
    """Send one; a mail server that does not take it is tried again."""
    emails.send_digest(membership_id, NotificationKind(kind), ticket_ids)


@app.task(name="notifications.enqueue_pushes", queue="push", retry=DATABASE_RETRY)
def enqueue_pushes() -> None:
    """Some seconds after something has happened: make notifications of it."""
    has_more = True
    while has_more:
        with transaction.atomic():
            found, has_more = digests.next_pushes()
            for digest in found:
                send_push.defer(membership_id=digest.membership_id, kind=digest.kind, ticket_ids=digest.ticket_ids)


# What a push service does raises nothing.
@app.task(name="notifications.send_push", queue="push", retry=DATABASE_RETRY)
def send_push(membership_id: int, kind: str, ticket_ids: list[int], **state: Any) -> None:
    """Tell a member in their browsers, in some again later; and by e-mail what none of them takes."""
    from helpdesk.notifications.push import sender  # its libraries are many, and no other process needs them

    push = sender.Push(membership_id, NotificationKind(kind), ticket_ids, **state)
    result = sender.send_push(push)
    if result.again:
        left = asdict(result.again)
        app.configure_task("notifications.send_push", schedule_at=database_now() + result.after).defer(**left)
    elif result.needs_email:
        send_digest.defer(membership_id=membership_id, kind=kind, ticket_ids=ticket_ids)


@app.task(name="notifications.send_test_push", queue="push")
def send_test_push(user_id: int) -> None:
    """Show somebody that notifications come."""
    from helpdesk.notifications.push import sender

    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        sender.send_test(user)
