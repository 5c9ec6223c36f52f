"""Sends to the intake the way that Eduzz does."""

import copy
import json

from tests.factories import KEY
from webhooks.examples import examples
from webhooks.signature import sign


def learner_help(**changes) -> dict:
    """The vendor's example of a call for help; `changes` replace parts of its data, `id` its id."""
    event = copy.deepcopy(examples()["nutror.learner_help"])
    if "id" in changes:
        event["id"] = changes.pop("id")
    event["data"].update(changes)
    return event


def send(client, source, event, *, key=KEY, signature=None, path=None, **extra):
    """Post an event (or raw bytes), signed by the key, or with the given signature."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    signature = sign(body, key) if signature is None else signature
    headers = {"x-signature": signature} if signature else {}
    return client.post(path or source.intake_path, data=body, content_type="application/json", headers=headers, **extra)
