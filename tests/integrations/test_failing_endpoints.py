"""A failing endpoint is retried, then disabled, and its managers notified; waiting deliveries are sent later."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.integrations import actions, dispatcher, emails, tasks
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.privacy.tasks import forget_old
from tests.factories import open_ticket, publish
from tests.integrations.deliveries import make_due, wait_of, work

pytestmark = pytest.mark.django_db


def test_a_410_disables_the_endpoint_and_notifies_the_managers(endpoint, receiver, team, owner, manager, agent):
    owner.language = "en"
    owner.save()
    receiver.status = 410
    open_ticket(team)
    work()
    found = WebhookEndpoint.objects.get()
    assert (found.is_enabled, found.disabled_reason) == (False, "gone")
    assert WebhookDelivery.objects.get().state == "failed"
    send_disabled_emails()
    english, portuguese = mail.outbox
    assert english.to == [owner.email]
    assert "is disabled" in english.subject
    assert "desativado" in portuguese.subject
    assert f"/t/escola/integrations/{endpoint.pk}/" in english.body
    assert receiver.url in english.body


def send_disabled_emails():
    for job in ProcrastinateJob.objects.filter(task_name="integrations.send_disabled_email").order_by("pk"):
        emails.send_disabled_email(**job.args)


def test_managers_are_not_notified_if_it_works_again(endpoint, receiver, team):
    receiver.status = 410
    open_ticket(team)
    work()
    actions.enable_endpoint(endpoint)
    send_disabled_emails()
    assert mail.outbox == []


def test_a_day_of_failures_disables_the_endpoint(endpoint, receiver, team):
    receiver.status = 500
    open_ticket(team)
    for number in range(1, len(dispatcher.RETRY_DELAYS) + 1):
        work()
        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.attempts) == ("pending", number)
        assert wait_of(delivery) >= dispatcher.RETRY_DELAYS[number - 1]
        make_due()
    assert sum(dispatcher.RETRY_DELAYS, timedelta()) > dispatcher.DISABLED_AFTER
    WebhookEndpoint.objects.update(failing_since=timezone.now() - dispatcher.DISABLED_AFTER)
    work()
    assert WebhookDelivery.objects.get().state == "failed"
    assert WebhookEndpoint.objects.get().disabled_reason == "failing"
    assert ProcrastinateJob.objects.filter(task_name="integrations.send_disabled_email").count() == 1


def test_one_failed_delivery_does_not_disable_a_working_endpoint(endpoint, receiver, team):
    receiver.status = 500
    open_ticket(team)
    publish()
    WebhookDelivery.objects.update(attempts=len(dispatcher.RETRY_DELAYS))
    work()
    assert WebhookDelivery.objects.get().state == "failed"
    assert WebhookEndpoint.objects.get().is_enabled


def test_deliveries_waiting_while_it_is_disabled_are_sent_afterwards(endpoint, receiver, team):
    open_ticket(team)
    publish()
    actions.disable_endpoint(endpoint)
    work()
    assert receiver.got == []
    actions.enable_endpoint(endpoint)
    work()
    assert len(receiver.got) == 1


def test_deliveries_without_a_job_are_enqueued_again(endpoint, team):
    open_ticket(team)
    publish()
    ProcrastinateJob.objects.filter(task_name="integrations.send_due").update(status="failed")
    tasks.enqueue_late_deliveries()
    assert not ProcrastinateJob.objects.filter(status="todo").exists()
    WebhookDelivery.objects.update(next_attempt_at=timezone.now() - tasks.LATE)
    tasks.enqueue_late_deliveries()
    assert ProcrastinateJob.objects.get(status="todo").args == {"endpoint_id": endpoint.pk}


def test_the_log_is_kept_for_thirty_days(endpoint, receiver, team):
    open_ticket(team)
    work()
    WebhookDelivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    open_ticket(team)
    publish()
    forget_old()
    assert WebhookDelivery.objects.count() == 1
    assert DeliveryAttempt.objects.count() == 0


def test_an_endpoint_is_deleted_with_its_log(endpoint, receiver, team):
    open_ticket(team)
    work()
    actions.delete_endpoint(endpoint)
    assert not WebhookEndpoint.objects.exists()
    assert not DeliveryAttempt.objects.exists()
    open_ticket(team)
