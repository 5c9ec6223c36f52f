"""The jobs of outgoing webhooks."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from helpdesk.integrations import dispatcher, emails
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.integrations.send_jobs import enqueue_delivery
from helpdesk.operations.clock import database_now
from helpdesk.operations.retries import DATABASE_RETRY, EMAIL_RETRY

LATE = timedelta(minutes=2)


# What the receiver does is kept in the deliveries and raises nothing.
@app.task(name="integrations.send_due", queue="webhooks", retry=DATABASE_RETRY)
def send_due(endpoint_id: int) -> None:
    """Send what is due for an endpoint."""
    dispatcher.send_due(endpoint_id)


@app.task(
    name="integrations.send_disabled_email",
    aliases=["integrations.send_disabled_letter"],
    queue="notifications",
    retry=EMAIL_RETRY,
)
def send_disabled_email(endpoint_id: int, membership_id: int) -> None:
    """Tell a manager that an endpoint was disabled; a mail server that does not take it is tried again."""
    emails.send_disabled_email(endpoint_id, membership_id)


@app.periodic(cron="* * * * *")
@app.task(
    name="integrations.enqueue_late_deliveries",
    aliases=["integrations.wake_late"],
    queue="operations",
    queueing_lock="integrations.enqueue_late_deliveries",
)
def enqueue_late_deliveries(timestamp: int = 0) -> None:
    """See to deliveries that are late although their jobs are gone."""
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
    """Previous secrets that sign no more."""
    WebhookEndpoint.objects.filter(previous_secret_until__lt=database_now()).update(
        previous_secret=None, previous_secret_until=None
    )
