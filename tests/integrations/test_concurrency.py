"""Receivers of one team that hang do not hold up what goes to others."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.integrations.concurrency import SLOTS, acquire_slots
from helpdesk.integrations.dispatcher import send_due_deliveries
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.send_jobs import SLOT_WAIT
from tests.factories import TeamFactory, open_ticket, publish
from tests.integrations.deliveries import scheduled
from tests.integrations.receiver import receiving
from tests.integrations.worker import workers
from tests.waiting import wait_until


def subscribe(team, url):
    return WebhookEndpoint.objects.create(team=team, url=url, events=["ticket.created"])


@pytest.fixture
def holding(transactional_db):
    """A function that holds places for an endpoint from a connection of its own, until the test ends."""
    done, threads = threading.Event(), []

    def hold(endpoint):
        taken: list[bool] = []
        is_known = threading.Event()

        def run():
            with transaction.atomic():
                taken.append(acquire_slots(endpoint))
                is_known.set()
                done.wait(20)
            connection.close()

        thread = threading.Thread(target=run)
        threads.append(thread)
        thread.start()
        assert is_known.wait(10)
        return taken[0]

    yield hold
    done.set()
    for thread in threads:
        thread.join()


def test_a_team_has_two_places_and_other_teams_have_their_own(holding):
    team, other = TeamFactory(), TeamFactory()
    taken = [holding(subscribe(team, f"https://{number}.example.com/")) for number in range(3)]
    assert taken == [True] * SLOTS + [False]
    assert holding(subscribe(other, "https://3.example.com/"))


def test_a_receiver_has_two_places_whoever_sends(holding):
    taken = [holding(subscribe(TeamFactory(), f"https://EXAMPLE.com/{number}")) for number in range(3)]
    assert taken == [True] * SLOTS + [False]
    assert holding(subscribe(TeamFactory(), "https://example.com:8443/"))


def test_failing_endpoints_leave_a_place_for_working_ones(holding):
    team = TeamFactory()
    failing = [subscribe(team, f"https://{number}.example.com/") for number in range(2)]
    for each in failing:
        each.failing_since = timezone.now()
    assert [holding(each) for each in failing] == [True, False]
    assert holding(subscribe(team, "https://works.example.com/"))


def test_an_endpoint_without_a_place_waits_in_one_job_and_loses_nothing(holding, receiver):
    team = TeamFactory()
    for number in range(SLOTS):
        holding(subscribe(team, f"https://{number}.example.com/"))
    endpoint = subscribe(team, receiver.url)
    open_ticket(team)
    publish()
    ProcrastinateJob.objects.all().delete()
    try:
        for _ in range(3):
            send_due_deliveries(endpoint.pk)
        (again_at,) = scheduled()
        assert again_at <= timezone.now() + SLOT_WAIT
    finally:
        ProcrastinateJob.objects.all().delete()
    delivery = endpoint.deliveries.get()
    assert (receiver.got, delivery.state, delivery.attempts) == ([], "pending", 0)


def test_nineteen_hanging_webhooks_do_not_delay_another_teams(transactional_db, receiver):
    hanging_team, team = TeamFactory(), TeamFactory()
    with receiving() as hanging, workers() as start_worker:
        hanging.delay = 15
        for number in range(19):
            subscribe(hanging_team, f"{hanging.url}/{number}")
        subscribe(team, receiver.url)
        open_ticket(hanging_team)
        publish()
        start_worker()
        wait_until(lambda: len(hanging.got) == SLOTS, 60, "the worker does not send")
        time.sleep(1)
        assert len(hanging.got) == SLOTS
        open_ticket(team)
        publish()
        wait_until(lambda: receiver.got, 12, "the other team waits")
        wait_until(lambda: WebhookDelivery.objects.get(team=team).state == "delivered", 30, "it is not kept")
