"""What a worker delivers, and when it tries again."""

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.integrations.dispatcher import send_due
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from tests.factories import publish


def work():
    """What a worker does with what waits now."""
    publish()
    jobs = ProcrastinateJob.objects.filter(task_name="integrations.send_due", scheduled_at=None).order_by("pk")
    for job in jobs:
        send_due(**job.args)


def scheduled():
    """When the queue looks after endpoints again."""
    jobs = ProcrastinateJob.objects.filter(task_name="integrations.send_due", scheduled_at__isnull=False)
    return sorted(jobs.values_list("scheduled_at", flat=True))


def attempt():
    return DeliveryAttempt.objects.order_by("-pk").first()


def wait_of(delivery):
    """How long after its last attempt it is tried again."""
    assert delivery.next_attempt_at
    return delivery.next_attempt_at - attempt().at


def pause_left():
    """How long the endpoint is still left alone."""
    paused_until = WebhookEndpoint.objects.get().paused_until
    assert paused_until
    return paused_until - timezone.now()


def point_at(endpoint, url):
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(url=url)


def make_due():
    """Time passes."""
    WebhookDelivery.objects.filter(state="pending").update(next_attempt_at=timezone.now())
    WebhookEndpoint.objects.update(paused_until=None)
