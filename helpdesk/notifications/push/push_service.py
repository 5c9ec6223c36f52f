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


class PushStatus(Enum):
    """What the push service did with a notification."""

    TAKEN = "taken"
    GONE = "the subscription is no more"
    DEFERRED = "not now"
    UNREACHED = "no answer"
    REFUSED = "never"


@dataclass(frozen=True)
class PushResult:
    """The status, and how long the push service asks us to wait."""

    status: PushStatus
    retry_after: timedelta = timedelta(0)


def send(subscription: PushSubscription, message: PushMessage, key: PushKey, connected: Sender) -> PushResult:
    """Send a notification. Never raises for errors of the push service or the network."""
    keys = {"p256dh": subscription.public_key, "auth": subscription.secret}
    pusher = WebPusher({"endpoint": subscription.endpoint, "keys": keys})
    body: bytes = pusher.encode(message.payload, content_encoding="aes128gcm")["body"]
    response = connected.send(subscription.endpoint, body, _headers(subscription, message, key))
    if response.status_code is None:
        return PushResult(PushStatus.REFUSED if response.problem == "private_address" else PushStatus.UNREACHED)
    if not response.problem:
        return PushResult(PushStatus.TAKEN)
    if response.status_code in GONE:
        return PushResult(PushStatus.GONE)
    if response.status_code == TOO_MANY or response.status_code >= 500:
        return PushResult(PushStatus.DEFERRED, response.retry_after)
    return PushResult(PushStatus.REFUSED)


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
