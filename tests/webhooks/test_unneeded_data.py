"""Personal data repeated in events that nobody needs is not stored."""

import gzip
import json

import pytest

from tests.webhooks.sender import deliver, learner_help, send
from webhooks.events import decompress
from webhooks.masking import MASK
from webhooks.models import Delivery
from webhooks.unneeded_data import mask_unneeded_data

pytestmark = pytest.mark.django_db

INVOICE = {
    "event": "myeduzz.invoice_paid",
    "id": "invoice-1",
    "data": {
        "buyer": {
            "email": "ana@example.com",
            "document": "123.456.789-09",
            "address": {"street": "Rua das Flores", "zipCode": "01000-000"},
        },
        "items": [{"name": "Curso", "cpf": "12345678909"}],
        "affiliate": {"taxId": None},
    },
}


def test_documents_and_addresses_are_masked(client, source):
    body = deliver(client, source, INVOICE)
    stored = json.loads(bytes(body.body))
    assert stored["data"]["buyer"] == {"email": "ana@example.com", "document": MASK, "address": MASK}
    assert stored["data"]["items"] == [{"name": "Curso", "cpf": MASK}]
    assert stored["data"]["affiliate"] == {"taxId": None}
    assert body.event_id == "invoice-1"
    assert body.outcome == "ignored"


def test_a_repeated_event_is_still_recognized(client, source):
    nameless = {name: value for name, value in INVOICE.items() if name != "id"}  # known by its bytes alone
    for _time in range(2):
        assert send(client, source, nameless).status_code == 200
    assert Delivery.objects.count() == 1


def test_compressed_bodies_are_masked_too(client):
    body, encoding = mask_unneeded_data("myeduzz.invoice_paid", gzip.compress(json.dumps(INVOICE).encode()), "gzip")
    assert b"Rua das Flores" not in decompress(body, encoding)


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff", b"[]", b'{"event": "myeduzz.x"}'])
def test_bodies_that_are_unreadable_or_without_such_data_are_unchanged(body):
    assert mask_unneeded_data("myeduzz.x", body, "") == (body, "")


def test_handled_events_are_unchanged(client, source):
    event = learner_help()
    event["data"]["learner"]["document"] = "123.456.789-09"
    delivery = deliver(client, source, event)
    assert delivery.outcome == "processed"
    assert b"123.456.789-09" in bytes(delivery.body)
