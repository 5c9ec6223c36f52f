"""Sends events to the intake as Eduzz does, and processes them as a worker does."""

import copy
import json

from helpdesk.demo.examples import examples
from tests.factories import KEY
from webhooks.models import Delivery
from webhooks.processing import process_waiting
from webhooks.signature import sign

PING = {"event": "ping", "data": {"message": "ping"}}


def learner_help(**changes) -> dict:
    """The vendor's example of a help request; `changes` replace parts of its data, `id` its id."""
    event = copy.deepcopy(examples()["nutror.learner_help"])
    if "id" in changes:
        event["id"] = changes.pop("id")
    event["data"].update(changes)
    return event


def send(client, source, event, *, key=KEY, signature=None, path=None, headers=None):
    """Post an event (or raw bytes), signed with the key, or with the given signature."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signature = sign(body, key) if signature is None else signature
    all_headers = (headers or {}) | ({"x-signature": signature} if signature else {})
    return client.post(path or source.intake_path, data=body, content_type="application/json", headers=all_headers)


def process() -> None:
    """Process until nothing is due."""
    while process_waiting():
        pass


def deliver(client, source, event, **options) -> Delivery:
    """Send a valid event and have it processed; returns its delivery."""
    answer = send(client, source, event, **options).json()
    assert answer["status"] in {"stored", "duplicate"}, answer
    process()
    return Delivery.objects.latest("finished_at", "pk")
