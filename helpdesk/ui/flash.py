"""Something for the next page only: a secret that was just created, or a form that a login interrupted.

It is kept encrypted in the person's session.
"""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken

from helpdesk.operations.encryption import decrypt_text, encrypt_text

PREFIX = "kept-once-"  # the prefix in existing sessions


def put(request: Any, name: str, text: str) -> None:
    """Keep a text for the next page that asks for this name."""
    request.session[PREFIX + name] = encrypt_text(text)


def pop(request: Any, name: str) -> str:
    """Return and remove the text kept under this name; empty if there is none."""
    if request.method != "GET":
        return ""
    text = peek(request, name)
    discard(request, name)
    return text


def discard(request: Any, name: str) -> None:
    """Remove the text kept under this name."""
    request.session.pop(PREFIX + name, None)


def peek(request: Any, name: str) -> str:
    """The text kept under this name, which stays."""
    kept = request.session.get(PREFIX + name, "")
    try:
        return decrypt_text(kept) if kept else ""
    except InvalidToken:  # SECRET_KEY was changed meanwhile
        return ""
