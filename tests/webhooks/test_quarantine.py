"""What waits for its key."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from helpdesk.tickets.models import Ticket
from helpdesk.ui.refusals import ActionRefused
from tests.factories import NOON, source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks import quarantine, tasks
from webhooks.actions import add_key, retire_key
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.signature import sign

pytestmark = pytest.mark.django_db
NEW_KEY = "chave-girada-0002"


def test_adding_the_key_processes_waiting_events_oldest_first(client, source):
    for number in range(3):
        event = learner_help(id=f"e{number}", learner={"email": f"l{number}@x.com"})
        assert send(client, source, event, key=NEW_KEY).status_code == 401
    send(client, source, learner_help(id="forged"), key="somebody-elses-key")
    add_key(source, NEW_KEY)
    process()
    assert list(Ticket.objects.order_by("number").values_list("learner__email", flat=True)) == [
        "l0@x.com",
        "l1@x.com",
        "l2@x.com",
    ]
    assert UnverifiedDelivery.objects.count() == 1


def test_a_released_event_keeps_its_time_of_receipt(client, source):
    send(client, source, learner_help(), key=NEW_KEY)
    received_at = UnverifiedDelivery.objects.get().received_at
    add_key(source, NEW_KEY)
    assert Delivery.objects.get().received_at == received_at


def test_a_retry_is_quarantined_once(client, source):
    body = json.dumps(learner_help()).encode()
    signature = sign(body, NEW_KEY)
    for again in (signature, signature, signature.upper()):
        send(client, source, body, signature=again)
    kept = UnverifiedDelivery.objects.get()
    assert (bytes(kept.body), kept.size, kept.signature) == (body, len(body), signature)


def test_the_oldest_are_dropped_above_the_maximum_number(client, source, monkeypatch):
    monkeypatch.setattr(quarantine, "MAX_NUMBER", 3)
    for number in range(5):
        send(client, source, learner_help(id=f"e{number}"), key=NEW_KEY)
    add_key(source, NEW_KEY)
    assert set(Delivery.objects.values_list("event_id", flat=True)) == {"e2", "e3", "e4"}


def test_the_oldest_are_dropped_above_the_maximum_size(client, source, monkeypatch):
    monkeypatch.setattr(quarantine, "MAX_BYTES", 2500)
    for number in range(3):
        send(client, source, learner_help(id=f"e{number}", padding="x" * 600), key=NEW_KEY)
    add_key(source, NEW_KEY)
    assert set(Delivery.objects.values_list("event_id", flat=True)) == {"e1", "e2"}


def test_of_simultaneous_ones_the_first_is_dropped(source, monkeypatch):
    monkeypatch.setattr(quarantine, "MAX_BYTES", 25)
    for body in (b"0" * 10, b"1" * 10, b"2" * 10):
        quarantine.quarantine(source.pk, body, "", "ab", NOON)
    assert [bytes(kept.body)[:1] for kept in source.unverified.order_by("pk")] == [b"1", b"2"]


def test_expired_ones_are_dropped(client, source):
    send(client, source, learner_help(id="old"), key=NEW_KEY)
    UnverifiedDelivery.objects.update(received_at=timezone.now() - timedelta(days=7, minutes=1))
    send(client, source, learner_help(id="new"), key=NEW_KEY)
    kept = UnverifiedDelivery.objects.latest("received_at")
    UnverifiedDelivery.objects.filter(pk=kept.pk).update(received_at=timezone.now() - timedelta(days=6, hours=23))
    tasks.empty_quarantine()
    assert UnverifiedDelivery.objects.get() == kept


def test_a_released_ping_verifies_the_source(client, source):
    send(client, source, {"event": "ping"}, key=NEW_KEY)
    add_key(source, NEW_KEY)
    source.refresh_from_db()
    assert source.verified_at is not None


def test_sources_have_separate_quarantines(client, source, monkeypatch):
    monkeypatch.setattr(quarantine, "MAX_NUMBER", 1)
    other = source_of()
    send(client, other, learner_help(), key=NEW_KEY)
    send(client, source, learner_help(), key=NEW_KEY)
    assert other.unverified.count() == source.unverified.count() == 1
    add_key(source, NEW_KEY)
    assert other.unverified.count() == 1


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("", "Paste the key"),
        ("   ", "Paste the key"),
        ("1234567", "at least 8"),
        ("x" * 256, "at most 255"),
        ("chave\0com-nul", "cannot be stored"),
        (" chave-de-teste-0001", "already has that key"),
    ],
)
def test_an_invalid_key_is_refused(source, key, words):
    with translation.override("en"), pytest.raises(ActionRefused, match=words):
        add_key(source, key)
    assert source.keys.count() == 1


@pytest.mark.parametrize("key", ["12345678", "x" * 255])
def test_the_shortest_and_the_longest_key_are_accepted(source, key):
    added = add_key(source, f" {key} ")
    assert (added.key, added.hint, added.is_live) == (key, key[-4:], True)


def test_a_retired_key_may_be_added_again(source):
    retire_key(source.keys.get(), even_if_last=True)
    assert add_key(source, "chave-de-teste-0001").is_live
    assert source.keys.count() == 2


def test_keys_are_encrypted_in_the_database(source):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM webhooks_signingkey")
        assert "chave" not in cursor.fetchone()[0]
    assert source.keys.get().key == "chave-de-teste-0001"
