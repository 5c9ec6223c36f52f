"""The jobs of this room; `manage.py worker` runs them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import translation
from procrastinate.contrib.django import app

from helpdesk.conversations import attachments, emails, limits, sending
from helpdesk.conversations.models import Dispatch, LearnerLink
from helpdesk.conversations.send_jobs import enqueue_sending
from helpdesk.operations.clock import database_now
from helpdesk.operations.retries import DATABASE_RETRY, EMAIL_RETRY

LATE = timedelta(seconds=30)


# What mail servers do is kept in the dispatches and raises nothing.
@app.task(name="conversations.send_due", queue="emails", retry=DATABASE_RETRY)
def send_due() -> None:
    """Send what is due to learners."""
    sending.send_due()


@app.periodic(cron="* * * * *")
@app.task(
    name="conversations.enqueue_late_dispatches",
    queue="operations",
    queueing_lock="conversations.enqueue_late_dispatches",
)
def enqueue_late_dispatches(timestamp: int = 0) -> None:
    """See to messages that are late although their jobs are gone, as when a worker died."""
    if Dispatch.objects.due(database_now() - LATE).exists():
        enqueue_sending()


@app.task(name="conversations.send_new_link", queue="notifications", retry=EMAIL_RETRY)
def send_new_link(link_id: int, language: str) -> None:
    """To whoever held this link, at the address on record."""
    link = LearnerLink.objects.select_related("team", "ticket__learner", "ticket__course").filter(pk=link_id).first()
    if link:
        with translation.override(language or settings.LANGUAGE_CODE):
            emails.send_new_link(link)


@app.periodic(cron="37 * * * *")
@app.task(name="conversations.forget_attempts", queueing_lock="conversations.forget_attempts")
def forget_attempts(timestamp: int = 0) -> None:
    """What no limit on learners' pages counts any more."""
    limits.forget_attempts()


@app.periodic(cron="23 4 * * *")
@app.task(name="conversations.forget_unsent", queueing_lock="conversations.forget_unsent")
def forget_unsent(timestamp: int = 0) -> None:
    """Files that belong to nothing."""
    attachments.forget_unsent()
