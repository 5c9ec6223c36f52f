"""How receivers may fail: by an error, a redirect, silence, a broken answer or a slow one."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date

from helpdesk.integrations import dispatcher
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.operations.outgoing import http_client
from tests.factories import open_ticket
from tests.integrations.deliveries import attempt, make_due, pause_left, point_at, scheduled, wait_of, work
from tests.integrations.receiver import listening
from tests.servers import free_port

pytestmark = pytest.mark.django_db
SECONDS = timedelta(seconds=1)


@pytest.mark.parametrize("status", [500, 503, 400, 404])
def test_a_failed_delivery_is_retried_with_the_same_id(endpoint, receiver, team, status):
    receiver.status, receiver.answer = status, b"x" * 5000
    open_ticket(team)
    work()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert 5 * SECONDS <= wait_of(delivery) <= 7 * SECONDS
    assert scheduled() == [delivery.next_attempt_at]
    assert (attempt().status_code, attempt().problem, len(attempt().answer)) == (status, "status", 1024)
    assert WebhookEndpoint.objects.get().failing_since

    work()
    assert len(receiver.got) == 1  # not before its time
    make_due()
    receiver.status = 200
    work()
    assert [headers["webhook-id"] for headers, _body in receiver.got] == [delivery.webhook_id] * 2
    assert receiver.got[0][1] == receiver.got[1][1]
    assert WebhookEndpoint.objects.get().failing_since is None
    assert WebhookDelivery.objects.get().state == "delivered"


def test_a_failed_delivery_does_not_hold_up_the_next(endpoint, receiver, team):
    receiver.status = 500
    open_ticket(team)
    work()
    receiver.status = 200
    open_ticket(team)
    work()
    assert list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True)) == ["pending", "delivered"]


def test_a_redirect_is_not_followed_and_its_target_is_recorded(endpoint, receiver, team):
    receiver.status, receiver.headers = 302, {"location": receiver.url + "/elsewhere"}
    open_ticket(team)
    work()
    assert len(receiver.got) == 1
    assert (attempt().problem, attempt().details) == ("redirect", receiver.url + "/elsewhere")
    assert WebhookDelivery.objects.get().state == "pending"


def test_an_unreachable_receiver_is_paused(endpoint, team):
    point_at(endpoint, f"http://127.0.0.1:{free_port()}/")
    open_ticket(team)
    open_ticket(team)
    work()
    assert list(DeliveryAttempt.objects.values_list("problem", "status_code")) == [("no_connection", None)]
    paused = WebhookEndpoint.objects.get().paused_until
    assert paused in scheduled()
    assert [delivery.attempts for delivery in WebhookDelivery.objects.order_by("pk")] == [1, 0]

    failing_since = timezone.now() - timedelta(minutes=20)
    WebhookEndpoint.objects.update(failing_since=failing_since, paused_until=None)
    work()
    assert 115 * SECONDS < pause_left() < 125 * SECONDS


def test_a_receiver_that_hangs_up_is_retried(endpoint, team):
    with listening(lambda connection: connection.recv(100_000)) as url:
        point_at(endpoint, url)
        open_ticket(team)
        work()
    assert attempt().problem == "broken"
    assert WebhookDelivery.objects.get().state == "pending"


def test_a_receiver_that_does_not_speak_http_is_retried(endpoint, team):
    with listening(lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")) as url:
        point_at(endpoint, url)
        open_ticket(team)
        work()
    assert attempt().problem == "broken"


def test_an_untrusted_certificate_is_refused(endpoint, receiver, team):
    point_at(endpoint, receiver.url.replace("http:", "https:"))
    open_ticket(team)
    work()
    assert attempt().problem == "tls"


def test_a_receiver_that_never_answers_times_out(endpoint, team, monkeypatch):
    monkeypatch.setattr(http_client, "TOTAL_SECONDS", 0.5)
    with listening(lambda connection: time.sleep(3)) as url:
        point_at(endpoint, url)
        open_ticket(team)
        started = time.monotonic()
        work()
        assert time.monotonic() - started < 2.9
    assert attempt().problem == "timeout"
    assert WebhookEndpoint.objects.get().paused_until


def test_a_trickling_receiver_times_out(endpoint, team, monkeypatch):
    monkeypatch.setattr(http_client, "TOTAL_SECONDS", 0.5)

    def drip(connection):
        for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n" + b"x" * 1000:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)

    with listening(drip) as url:
        point_at(endpoint, url)
        open_ticket(team)
        started = time.monotonic()
        work()
        assert time.monotonic() - started < 2.9
    assert attempt().problem == "timeout"


def test_a_status_counts_even_if_the_body_never_arrives(endpoint, team, monkeypatch):
    monkeypatch.setattr(http_client, "TOTAL_SECONDS", 0.5)

    def promise(connection):
        connection.sendall(b"HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nso far")
        time.sleep(2)

    with listening(promise) as url:
        point_at(endpoint, url)
        open_ticket(team)
        work()
    assert (attempt().status_code, attempt().answer) == (202, "so far")
    assert WebhookDelivery.objects.get().state == "delivered"


def test_an_endless_response_is_truncated(endpoint, team):
    def pour(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    with listening(pour) as url:
        point_at(endpoint, url)
        open_ticket(team)
        work()
    assert (attempt().status_code, len(attempt().answer)) == (200, 1024)
    assert WebhookDelivery.objects.get().state == "delivered"


def test_an_unstorable_response_is_stored_readably(endpoint, receiver, team):
    receiver.answer = b"a\0b\xff"
    open_ticket(team)
    work()
    assert attempt().answer == "a␀b�"


def test_a_slow_receiver_is_paused_to_give_others_a_turn(endpoint, receiver, team, monkeypatch):
    monkeypatch.setattr(dispatcher, "SLOW", 0.1 * SECONDS)
    receiver.delay = 0.2
    open_ticket(team)
    open_ticket(team)
    work()
    assert len(receiver.got) == 1
    assert 0.3 * SECONDS < pause_left() < 0.7 * SECONDS
    assert WebhookEndpoint.objects.get().failing_since is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        (lambda: "120", 120),
        (lambda: http_date(time.time() + 600), 600),
        (lambda: "9" * 5000, 86_400),
        (lambda: http_date(time.time() + 10**6), 86_400),
    ],
)
def test_a_receiver_is_left_alone_for_the_requested_time(endpoint, receiver, team, status, asked, seconds):
    receiver.status, receiver.headers = status, {"retry-after": asked()}
    open_ticket(team)
    open_ticket(team)
    work()
    assert len(receiver.got) == 1
    assert (seconds - 5) * SECONDS < pause_left() <= seconds * SECONDS
    first, second = WebhookDelivery.objects.order_by("pk")
    assert (first.attempts, second.attempts) == (1, 0)
    assert wait_of(first) > (seconds - 5) * SECONDS
    assert WebhookEndpoint.objects.get().paused_until in scheduled()


@pytest.mark.parametrize(
    ("status", "asked"), [(429, "soon"), (429, "-5"), (503, "²"), (503, "Wed, 21 Oct 2015 07:28:00 GMT"), (500, "120")]
)
def test_an_invalid_retry_after_is_ignored(endpoint, receiver, team, status, asked):
    receiver.status, receiver.headers = status, {"retry-after": asked}
    open_ticket(team)
    work()
    assert WebhookEndpoint.objects.get().paused_until is None
    assert wait_of(WebhookDelivery.objects.get()) < 7 * SECONDS
