"""Jobs for outgoing webhooks."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from helpdesk.integrations import dispatcher, emails
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.integrations.send_jobs import enqueue_delivery
from helpdesk.operations.clock import database_now
from helpdesk.operations.retries import DATABASE_RETRY, EMAIL_RETRY

LATE = timedelta(minutes=2)


# Errors of the receiver are stored with the delivery, and not raised.
@app.task(name="integrations.send_due", queue="webhooks", retry=DATABASE_RETRY)
def send_due_deliveries(endpoint_id: int) -> None:
    """Send an endpoint's due deliveries."""
    dispatcher.send_due_deliveries(endpoint_id)


@app.task(
    name="integrations.send_disabled_email",
    aliases=["integrations.send_disabled_letter"],
    queue="notifications",
    retry=EMAIL_RETRY,
)
def send_disabled_email(endpoint_id: int, membership_id: int) -> None:
    """Tell a manager that an endpoint was disabled; retried if the mail server does not accept the e-mail."""
    emails.send_disabled_email(endpoint_id, membership_id)


@app.periodic(cron="* * * * *")
@app.task(
    name="integrations.enqueue_late_deliveries",
    aliases=["integrations.wake_late"],
    queue="operations",
    queueing_lock="integrations.enqueue_late_deliveries",
)
def enqueue_late_deliveries(timestamp: int = 0) -> None:
    """Enqueue jobs for endpoints with late deliveries, in case their jobs are lost."""
    late = WebhookEndpoint.objects.sending().with_due(before=database_now() - LATE)
    for endpoint_id in late.values_list("pk", flat=True):
        enqueue_delivery(endpoint_id)


@app.periodic(cron="41 4 * * *")
@app.task(
    name="integrations.forget_secrets",
    aliases=["integrations.forget_old_deliveries"],
    queueing_lock="integrations.forget_secrets",
)
def forget_secrets(timestamp: int = 0) -> None:
    """Delete previous secrets that are no longer valid."""
    WebhookEndpoint.objects.filter(previous_secret_until__lt=database_now()).update(
        previous_secret=None, previous_secret_until=None
    )
