"""Sends a request to a browser's push service.

The message is encrypted for the browser (RFC 8291), and signed to identify the sender (RFC 8292). Unlike pywebpush's
own sender, this uses the guarded connections of all requests to addresses that users enter.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from urllib.parse import urlsplit

from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher

from helpdesk.notifications.models import PushKey, PushSubscription
from helpdesk.notifications.push.messages import PushMessage
from helpdesk.operations.outgoing.http_client import Sender

KEPT = timedelta(days=1)  # how long the push service keeps it while a device is off
SIGNED_FOR = timedelta(hours=12)
GONE = {404, 410}
TOO_MANY = 429


class Outcome(Enum):
    """The result of sending a notification."""

    TAKEN = "taken"
    GONE = "the subscription is no more"
    LATER = "not now"
    UNREACHED = "no answer"
    REFUSED = "never"


@dataclass(frozen=True)
class PushAnswer:
    """The push service's response, and how long it asks us to wait."""

    outcome: Outcome
    retry_after: timedelta = timedelta(0)


def send(subscription: PushSubscription, message: PushMessage, key: PushKey, connected: Sender) -> PushAnswer:
    """Send a notification. Never raises for errors of the push service or the network."""
    keys = {"p256dh": subscription.public_key, "auth": subscription.secret}
    pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys})
    body: bytes = pusher.encode(message.payload, content_encoding="aes128gcm")["body"]
    answer = connected.send(subscription.endpoint, body, _headers(subscription, message, key))
    if answer.status_code is None:
        return PushAnswer(Outcome.REFUSED if answer.problem == "private_address" else Outcome.UNREACHED)
    if not answer.problem:
        return PushAnswer(Outcome.TAKEN)
    if answer.status_code in GONE:
        return PushAnswer(Outcome.GONE)
    if answer.status_code == TOO_MANY or answer.status_code >= 500:
        return PushAnswer(Outcome.LATER, answer.retry_after)
    return PushAnswer(Outcome.REFUSED)


def _headers(subscription: PushSubscription, message: PushMessage, key: PushKey) -> dict[bytes | str, bytes | str]:
    target = urlsplit(subscription.endpoint)
    claims = {
        "aud": f"{target.scheme}://{target.netloc}",
        "exp": int(time.time() + SIGNED_FOR.total_seconds()),
        "sub": _contact(),
    }
    signed = Vapid02.from_string(key.private_key).sign(claims)
    return {
        "authorization": signed["Authorization"],
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(int(KEPT.total_seconds())),
        "topic": message.topic,
        "urgency": "high" if message.is_urgent else "normal",
        "user-agent": "Helpdesk-Push/1",
    }


def _contact() -> str:
    """The contact for push services: the address of this installation."""
    return settings.BASE_URL if settings.IS_HTTPS else "mailto:helpdesk@localhost.localdomain"
