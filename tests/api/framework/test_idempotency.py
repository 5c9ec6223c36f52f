"""A POST under an Idempotency-Key is carried out once, whatever happens in between."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.api.framework import idempotency
from helpdesk.api.models import IdempotentRequest
from helpdesk.api.tasks import forget_idempotent_requests
from helpdesk.api.v1.tickets import TicketList
from helpdesk.tickets.models import Message, Ticket
from tests.factories import open_ticket

BODY = {"learner": {"email": "a@example.com"}}


@pytest.mark.django_db
def test_a_repeated_request_returns_the_first_response(api):
    first = api.post("tickets", BODY, idempotency_key="k1")
    again = api.post("tickets", BODY, idempotency_key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (again["ETag"], again["Location"]) == (first["ETag"], first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_valid_for_one_request_of_one_token(api, reader, stranger, team):
    api.post("tickets", BODY, idempotency_key="k1")
    other = api.post("tickets", {"learner": {"email": "b@example.com"}}, idempotency_key="k1")
    assert other.status_code == 422
    assert stranger.post("tickets", BODY, idempotency_key="k1").status_code == 201
    assert Ticket.objects.count() == 2


@pytest.mark.django_db
def test_a_failed_request_can_be_repeated(api, team):
    bad = api.post("tickets", {"learner": {}}, idempotency_key="k1")
    assert bad.status_code == 422
    assert not IdempotentRequest.objects.exists()
    assert api.post("tickets", BODY, idempotency_key="k1").status_code == 201


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256])
def test_an_invalid_key_is_refused(api, key):
    assert api.post("tickets", BODY, idempotency_key=key).status_code == 400


@pytest.mark.django_db
def test_a_key_expires_after_a_day(api):
    api.post("tickets", BODY, idempotency_key="old")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    api.post("tickets", BODY, idempotency_key="new")
    forget_idempotent_requests(0)
    assert [kept.key for kept in IdempotentRequest.objects.all()] == ["new"]


@pytest.mark.django_db
def test_a_crash_rolls_back_change_and_key(api, monkeypatch):
    def crash(*args):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(TicketList, "show_found", crash)
        response = api.post("tickets", BODY, idempotency_key="k1")
    assert response.status_code == 500
    assert response["Content-Type"] == "application/problem+json"
    assert not Ticket.objects.exists()
    assert api.post("tickets", BODY, idempotency_key="k1").status_code == 201


@pytest.mark.django_db
def test_a_request_still_running_is_to_be_repeated_after_a_second(api, monkeypatch):
    monkeypatch.setattr(idempotency, "_lock", lambda name: False)
    response = api.post("tickets", BODY, idempotency_key="k1")
    assert (response.status_code, response["Retry-After"]) == (409, "1")


@pytest.mark.django_db(transaction=True)
def test_concurrent_identical_requests_are_carried_out_once(api, team):
    ticket = open_ticket(team)
    statuses, start = [], threading.Barrier(8)

    def send():
        try:
            start.wait(timeout=10)
            statuses.append(
                api.post(f"tickets/{ticket.number}/notes", {"body": "Uma"}, idempotency_key="k1").status_code
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(statuses) == 8
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert Message.objects.count() == 1
    assert api.post(f"tickets/{ticket.number}/notes", {"body": "Uma"}, idempotency_key="k1").status_code == 201
    assert Message.objects.count() == 1
