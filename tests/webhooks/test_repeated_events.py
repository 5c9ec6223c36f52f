"""An event that comes again: it is the same one, unless nothing came of it so far."""

import json

import pytest

from helpdesk.demo.examples import examples
from helpdesk.tickets.models import Ticket
from tests.factories import source_of
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.claims import forget_bodies
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def test_a_repeated_event_is_a_duplicate(client, source):
    send(client, source, learner_help())
    for _ in range(2):
        response = send(client, source, learner_help())
        assert (response.status_code, response.json()["status"]) == (200, "duplicate")
        process()
    assert Ticket.objects.count() == Delivery.objects.count() == 1


def test_the_same_id_with_different_event_names_is_not_a_duplicate(client, source):
    comments = [event for name, event in examples().items() if "comment" in name]
    assert len({event["id"] for event in comments}) == 1
    assert [send(client, source, event).json()["status"] for event in comments] == ["stored"] * 3


def test_an_event_without_an_id_is_identified_by_its_bytes(client, source):
    event = learner_help()
    del event["id"]
    assert [send(client, source, event).json()["status"] for _ in range(2)] == ["stored", "duplicate"]


def test_two_teams_may_receive_the_same_event(client, source):
    other = source_of()
    for one in (source, other):
        assert deliver(client, one, learner_help()).outcome == "processed"
    assert {ticket.team for ticket in Ticket.objects.all()} == {source.team, other.team}


def test_a_failed_event_is_processed_again_when_repeated(client, source, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("webhooks.handlers.learner_help.open_ticket", lambda *args, **kwargs: 1 / 0)
        assert deliver(client, source, learner_help()).outcome == "failed"
    assert send(client, source, learner_help()).json()["status"] == "duplicate"
    process()
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.problem, delivery.attempts) == ("processed", "", 1)


def test_a_failed_event_is_processed_again_with_its_first_content(client, source):
    wrong = learner_help(id="7") | {"data": {}}
    assert deliver(client, source, wrong).outcome == "failed"
    assert send(client, source, learner_help(id="7")).json()["status"] == "duplicate"
    process()
    delivery = Delivery.objects.get()
    assert (delivery.outcome, bytes(delivery.body)) == ("failed", json.dumps(wrong).encode())


def test_an_event_that_failed_and_expired_is_stored_again_when_repeated(client, source):
    failed = deliver(client, source, learner_help(id="7") | {"data": {}})
    forget_bodies([failed.pk], Delivery.Problem.EXPIRED)
    assert send(client, source, learner_help(id="7")).json()["status"] == "stored"
    process()
    delivery = Delivery.objects.get()
    assert delivery.outcome == "processed"
    assert delivery.pk > failed.pk  # so that retention, which goes by keys, comes to it again
    assert send(client, source, learner_help(id="7")).json()["status"] == "duplicate"


def test_an_event_about_an_erased_learner_stays_empty_when_repeated(client, source):
    failed = deliver(client, source, learner_help(id="7") | {"data": {}})
    forget_bodies([failed.pk], Delivery.Problem.ERASED)
    assert send(client, source, learner_help(id="7")).json()["status"] == "duplicate"
    process()
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.problem, bytes(delivery.body)) == ("ignored", "erased", b"")


def test_an_id_may_be_a_number(client, source):
    assert send(client, source, learner_help(id=7)).json()["status"] == "stored"
    assert (
        send(client, source, learner_help(id=7) | {"sentDate": "2024-01-01T00:00:00Z"}).json()["status"] == "duplicate"
    )
    assert Delivery.objects.get().event_id == "7"
