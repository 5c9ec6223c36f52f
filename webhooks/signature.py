"""The sender's signature: hex HMAC-SHA256 of the raw body under the access key of its configuration."""

from __future__ import annotations

import hashlib
import hmac
import re

HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def sign(body: bytes, key: str) -> str:
    """The `x-signature` of these bytes, in lower case as Eduzz sends it."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def read_signature(header: str) -> str:
    """The signature in this header, which proxies may send twice; what differs is none."""
    values = {value.strip() for value in header.split(",")}
    return values.pop() if len(values) == 1 else header


def is_well_formed(signature: str) -> bool:
    """Whether this could be a signature at all."""
    return HEX_SHA256.fullmatch(signature) is not None


def is_signed_by(body: bytes, signature: str, key: str) -> bool:
    """Whether this key made the signature; compared in constant time."""
    return hmac.compare_digest(sign(body, key), signature.lower())
