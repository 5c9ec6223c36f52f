"""Random tokens that are handed out; only their hashes are stored."""

from __future__ import annotations

import hashlib


def hash_token(token: str) -> str:
    """The hash that is stored for a token; it needs no salt, because the token is random."""
    return hashlib.sha256(token.encode()).hexdigest()
