"""The key pair that identifies this installation to push services (RFC 8292)."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from helpdesk.notifications.models import PushKey


def ensure_push_key() -> None:
    """Make the keys unless they exist; with new ones, every browser would have to subscribe again."""
    if PushKey.objects.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = key.private_numbers().private_value.to_bytes(32, "big")
    PushKey.objects.get_or_create(pk=1, defaults={"public_key": encode(point), "private_key": encode(secret)})


def encode(data: bytes) -> str:
    """Encode as base64url without padding, as browsers and push services do."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Decode base64url without padding. Raises ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
