"""A worker killed in the middle of its work loses nothing, and a repeated delivery can be recognized."""

import signal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from standardwebhooks import Webhook

from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from tests.factories import TeamFactory, open_ticket, open_tickets, publish
from tests.integrations.worker import workers
from tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DELIVERIES, ENDPOINTS = 400, 4  # which take a worker some seconds


@pytest.fixture
def start_worker():
    with workers() as start:
        yield start


def test_every_delivery_arrives_although_the_worker_is_killed(start_worker, receiver):
    team = TeamFactory()
    endpoints = [
        WebhookEndpoint.objects.create(team=team, url=f"{receiver.url}/{number}", events=["ticket.created"])
        for number in range(ENDPOINTS)
    ]
    open_tickets(team, DELIVERIES // ENDPOINTS)
    publish()
    assert WebhookDelivery.objects.count() == DELIVERIES

    first = start_worker()
    wait_until(lambda: len(receiver.got) >= DELIVERIES // 3, 60, "the first worker does not send")
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert WebhookDelivery.objects.filter(state="pending").exists()

    start_worker()
    pending = WebhookDelivery.objects.exclude(state="delivered")
    wait_until(lambda: not pending.exists(), 90, f"{pending.count()} deliveries did not arrive")
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert set(ids) == set(WebhookDelivery.objects.values_list("webhook_id", flat=True))
    assert len(ids) <= DELIVERIES + ENDPOINTS  # at most what was on its way to each when the worker died
    secrets = {endpoint.deliveries.all()[0].webhook_id: endpoint.secret for endpoint in endpoints}
    for headers, body in receiver.got:
        if headers["webhook-id"] in secrets:
            Webhook(secrets[headers["webhook-id"]]).verify(body, headers)


def test_the_job_of_a_killed_worker_is_given_to_another(start_worker, receiver):
    """The only job that knows of the delivery is in the hands of the dead one."""
    receiver.delay = 5
    team = TeamFactory()
    endpoint = WebhookEndpoint.objects.create(team=team, url=receiver.url, events=["ticket.created"])
    open_ticket(team)
    publish()
    first = start_worker()
    wait_until(lambda: receiver.got, 60, "the worker does not send")
    first.send_signal(signal.SIGKILL)
    first.wait()
    receiver.delay = 0
    assert ProcrastinateJob.objects.get(args={"endpoint_id": endpoint.pk}).status == "doing"

    start_worker()
    wait_until(lambda: WebhookDelivery.objects.get().state == "delivered", 60, "nobody took the job over")
    (sent, _body), (sent_again, _body) = receiver.got
    assert sent["webhook-id"] == sent_again["webhook-id"]
