"""Addresses of files, for whoever has one: its token is the key of the file, signed and valid for ten minutes."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

LIFETIME = timedelta(minutes=10)


def token_of(pk: int, salt: str) -> str:
    """The token for this key; `salt` is different for each kind of file."""
    return signing.TimestampSigner(salt=salt).sign(str(pk))


def key_in(token: str, salt: str) -> str | None:
    """The key in a token; None if it has expired or was not made by us."""
    try:
        return signing.TimestampSigner(salt=salt).unsign(token, max_age=LIFETIME)
    except (signing.BadSignature, UnicodeError):
        return None
