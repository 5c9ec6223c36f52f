"""The jobs of this room."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from procrastinate.contrib.django import app

from helpdesk.conversations import attachments, emails, limits
from helpdesk.conversations.models import LearnerLink
from helpdesk.operations.retries import EMAIL_RETRY


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
