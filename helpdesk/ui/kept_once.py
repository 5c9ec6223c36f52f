"""Something for the next page, and for that one alone: a secret that was just made, or what a login interrupted.

It waits in the person's session, encrypted.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from cryptography.fernet import InvalidToken
from encrypted_fields.fields import EncryptedTextField

PREFIX = "kept-once-"


@cache
def _encryption() -> Any:
    return EncryptedTextField().f


def keep(request: Any, name: str, text: str) -> None:
    """Have the next page that asks for this name show the text."""
    request.session[PREFIX + name] = _encryption().encrypt(text.encode()).decode()


def take(request: Any, name: str) -> str:
    """What was kept under this name; empty the next time."""
    kept = request.session.pop(PREFIX + name, "") if request.method == "GET" else ""
    try:
        return str(_encryption().decrypt(kept).decode()) if kept else ""
    except InvalidToken:  # SECRET_KEY was changed meanwhile
        return ""
