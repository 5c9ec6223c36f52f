"""The background jobs of notifications; `manage.py worker` runs them."""

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

APART = timedelta(seconds=20)  # the least time between two checks for e-mails


@app.periodic(cron="* * * * *")
@app.task(
    name="notifications.enqueue_digests",
    aliases=["notifications.tell"],
    queue="notifications",
    queueing_lock="notifications.enqueue_digests",
)
def enqueue_digests(timestamp: int = 0) -> None:
    """Enqueue e-mails about what has happened, once a minute.

    A worker that has just started catches up on the minute that it missed, and the next check may follow at once.
    Without APART, two such checks would e-mail what a push notification is about to tell.
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
    """Send an e-mail; it is retried if the mail server does not accept it."""
    emails.send_digest(membership_id, NotificationKind(kind), ticket_ids)


@app.task(name="notifications.enqueue_pushes", queue="push", retry=DATABASE_RETRY)
def enqueue_pushes() -> None:
    """Enqueue push notifications, some seconds after something has happened."""
    has_more = True
    while has_more:
        with transaction.atomic():
            found, has_more = digests.next_pushes()
            for digest in found:
                send_push.defer(membership_id=digest.membership_id, kind=digest.kind, ticket_ids=digest.ticket_ids)


# Only database errors are retried here: failures of push services do not raise.
@app.task(name="notifications.send_push", queue="push", retry=DATABASE_RETRY)
def send_push(membership_id: int, kind: str, ticket_ids: list[int], **state: Any) -> None:
    """Notify a member in their browsers, trying some again later; by e-mail if none accepts it."""
    from helpdesk.notifications.push import sender  # it imports many libraries, which no other process needs

    push = sender.Push(membership_id, NotificationKind(kind), ticket_ids, **state)
    result = sender.send_push(push)
    if result.again:
        left = asdict(result.again)
        app.configure_task("notifications.send_push", schedule_at=database_now() + result.after).defer(**left)
    elif result.needs_email:
        send_digest.defer(membership_id=membership_id, kind=kind, ticket_ids=ticket_ids)


@app.task(name="notifications.send_test_push", queue="push")
def send_test_push(user_id: int) -> None:
    """Send a test notification to all of a user's browsers."""
    from helpdesk.notifications.push import sender

    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user:
        sender.send_test(user)
