"""Addresses of files, for whoever has one: its token is the key of the file, signed and valid for ten minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.core import signing
from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
LIFETIME = timedelta(minutes=10)


def token_of(pk: int, salt: str) -> str:
    """The token for this key; `salt` is different for each kind of file."""
    return signing.TimestampSigner(salt=salt).sign(str(pk))


def find_signed(rows: QuerySet[Row], token: str, salt: str) -> Row | None:
    """The row whose key a token has; None if the token has expired or was not made by us."""
    try:
        pk = signing.TimestampSigner(salt=salt).unsign(token, max_age=LIFETIME)
    except (signing.BadSignature, UnicodeError):
        return None
    return rows.filter(pk=pk).first()
