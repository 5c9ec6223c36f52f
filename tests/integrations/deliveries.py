"""Runs the worker's deliveries, and reads when they are retried."""

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.integrations.dispatcher import send_due_deliveries
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from tests.factories import publish


def work():
    """Deliver what is waiting, as a worker does."""
    publish()
    jobs = ProcrastinateJob.objects.filter(task_name="integrations.send_due", scheduled_at=None).order_by("pk")
    for job in jobs:
        send_due_deliveries(**job.args)


def scheduled():
    """The times at which jobs will look at endpoints again."""
    jobs = ProcrastinateJob.objects.filter(task_name="integrations.send_due", scheduled_at__isnull=False)
    return sorted(jobs.values_list("scheduled_at", flat=True))


def attempt():
    return DeliveryAttempt.objects.order_by("-pk").first()


def wait_of(delivery):
    """How long after its last attempt a delivery is retried."""
    assert delivery.next_attempt_at
    return delivery.next_attempt_at - attempt().at


def pause_left():
    """How much longer the endpoint is paused."""
    paused_until = WebhookEndpoint.objects.get().paused_until
    assert paused_until
    return paused_until - timezone.now()


def point_at(endpoint, url):
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=url)


def make_due():
    """Make all pending deliveries due."""
    WebhookDelivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())
    WebhookEndpoint.objects.update(paused_until=None)
