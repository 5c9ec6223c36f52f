"""Random tokens that somebody is given, of which only a hash is stored."""

from __future__ import annotations

import hashlib


def hash_token(token: str) -> str:
    """What is stored of a token; it is random, so that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
