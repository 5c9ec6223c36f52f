"""The signature scheme of Standard Webhooks, so that public libraries can verify our requests.

Source: https://www.standardwebhooks.com, "Signature scheme", symmetric.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

from django.utils.crypto import salted_hmac

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret in the form in which receivers paste it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def new_webhook_id() -> str:
    """A random ID of a delivery, the same for every attempt."""
    return f"msg_{secrets.token_hex(16)}"


def webhook_id_of(endpoint_id: int, event_id: int) -> str:
    """The ID of the delivery of this event to this endpoint; always the same for the same arguments.

    Keyed with SECRET_KEY, so that the IDs of two installations that send to one receiver differ.
    """
    digest = salted_hmac("integrations.webhook_id", f"{endpoint_id}.{event_id}", algorithm="sha256").hexdigest()
    return f"msg_{digest[:32]}"


def sign(webhook_id: str, timestamp: int, body: bytes, live_secrets: Iterable[str]) -> str:
    """The `webhook-signature` of a request: one per secret, so that both are valid while one replaces the other."""
    content = f"{webhook_id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{_sign(content, secret)}" for secret in live_secrets)


def _sign(content: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
