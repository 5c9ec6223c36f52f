"""The sender's signature: hex HMAC-SHA256 of the raw body, with an access key of the Eduzz console."""

from __future__ import annotations

import hashlib
import hmac
import re

HEX_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


def sign(body: bytes, key: str) -> str:
    """The value of the `x-signature` header for these bytes, in lower case as Eduzz sends it."""
    return hmac.new(key.encode(), body, hashlib.sha256).hexdigest()


def read_signature(header: str) -> str:
    """The signature in the header, which proxies may repeat; if the values differ, the whole header."""
    values = {value.strip() for value in header.split(",")}
    return values.pop() if len(values) == 1 else header


def is_well_formed(signature: str) -> bool:
    """Whether this has the format of a signature."""
    return HEX_SHA256.fullmatch(signature) is not None


def is_signed_by(body: bytes, signature: str, key: str) -> bool:
    """Whether this key made the signature; compares in constant time."""
    return hmac.compare_digest(sign(body, key), signature.lower())
