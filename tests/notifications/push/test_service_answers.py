"""The effect of the push service's response on queue, e-mail and subscription."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from helpdesk.notifications import tasks
from helpdesk.notifications.models import (
    PushSubscription,
)
from helpdesk.notifications.push.sender import RETRY_DELAYS
from tests.factories import open_ticket
from tests.integrations.receiver import receiving
from tests.notifications.pushing import add_browser, jobs, run_pushes, tell

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [404, 410])
def test_an_expired_subscription_is_deleted_and_replaced_by_an_email(team, notified_joao, service, status):
    add_browser(notified_joao, service)
    service.status = status
    ticket = open_ticket(team)
    tell()
    assert not PushSubscription.objects.exists()
    assert [job.args for job in jobs("send_digest")] == [
        {"membership_id": notified_joao.pk, "kind": "new_request", "ticket_ids": [ticket.pk]}
    ]
    tasks.send_digest(**jobs("send_digest").get().args)
    assert [email.to for email in mail.outbox] == [[notified_joao.user.email]]


def test_one_expired_subscription_of_two_needs_no_email(team, notified_joao, service):
    add_browser(notified_joao, service)
    with receiving() as other:
        other.status = 410
        add_browser(notified_joao, other)
        open_ticket(team)
        tell()
    assert PushSubscription.objects.get().endpoint.startswith(service.url)
    assert not jobs("send_digest").exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_temporary_failure_is_retried_at_the_requested_time(team, notified_joao, service, status):
    browser = add_browser(notified_joao, service)
    service.status, service.headers = status, {"retry-after": "120"}
    open_ticket(team)
    tell()
    job = jobs("send_push").get(status="todo")
    assert (job.args["attempt"], job.args["is_taken"]) == (1, False)
    waits = timedelta(seconds=10) if status == 500 else timedelta(seconds=120)
    assert abs(job.scheduled_at - timezone.now() - waits) < timedelta(seconds=8)
    assert not jobs("send_digest").exists()
    service.status = 201
    run_pushes()
    assert [browser.read(body)["tag"] for _headers, body in service.got] == ["escola-1"] * 2
    assert not jobs("send_digest").exists()
    assert PushSubscription.objects.get().failing_since is None


def test_only_the_failed_browser_is_retried(team, notified_joao, service):
    add_browser(notified_joao, service)
    with receiving() as other:
        other.status = 500
        add_browser(notified_joao, other)
        open_ticket(team)
        tell()
        run_pushes()
        assert (len(service.got), len(other.got)) == (1, 2)
        for _ in range(len(RETRY_DELAYS)):
            run_pushes()
        assert (len(service.got), len(other.got)) == (1, 1 + len(RETRY_DELAYS))
    assert not jobs("send_digest").exists()  # since the first was told


def test_a_permanent_failure_is_replaced_by_an_email_and_pauses_the_subscription(team, notified_joao, service):
    add_browser(notified_joao, service)
    service.status = 500
    open_ticket(team)
    tell()
    for _ in range(len(RETRY_DELAYS)):
        run_pushes()
    assert jobs("send_digest").count() == 1
    subscription = PushSubscription.objects.get()
    assert subscription.failing_since
    assert subscription.is_paused(timezone.now())
    asked = len(service.got)
    open_ticket(team)
    tell()
    assert len(service.got) == asked
    assert jobs("send_digest").count() == 2


def test_a_wait_that_is_too_long_is_replaced_by_an_email(team, notified_joao, service):
    add_browser(notified_joao, service)
    service.status, service.headers = 429, {"retry-after": "7200"}
    open_ticket(team)
    tell()
    assert jobs("send_digest").count() == 1
    paused_until = PushSubscription.objects.get().paused_until
    assert paused_until
    assert paused_until > timezone.now() + timedelta(hours=1, minutes=50)


def test_a_subscription_that_failed_for_a_week_is_deleted(team, notified_joao, service):
    add_browser(notified_joao, service)
    PushSubscription.objects.update(failing_since=timezone.now() - timedelta(days=8))
    service.status = 403
    open_ticket(team)
    tell()
    assert not PushSubscription.objects.exists()


def test_a_private_address_is_not_contacted(team, notified_joao, service, settings):
    add_browser(notified_joao, service)
    settings.PUSH_ALLOW_PRIVATE_ADDRESSES = False
    open_ticket(team)
    tell()
    assert service.got == []
    assert jobs("send_digest").count() == 1
