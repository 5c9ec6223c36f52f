"""Something for the next page, and for that one alone: a secret that was just made, or what a login interrupted.

It waits in the person's session, encrypted.
"""

from __future__ import annotations

from typing import Any

from cryptography.fernet import InvalidToken

from helpdesk.operations.encryption import decrypt_text, encrypt_text

PREFIX = "kept-once-"  # as sessions have it that are there already


def put(request: Any, name: str, text: str) -> None:
    """Have the next page that asks for this name show the text."""
    request.session[PREFIX + name] = encrypt_text(text)


def pop(request: Any, name: str) -> str:
    """What was kept under this name; empty the next time."""
    if request.method != "GET":
        return ""
    text = peek(request, name)
    discard(request, name)
    return text


def discard(request: Any, name: str) -> None:
    """Keep nothing under this name any more."""
    request.session.pop(PREFIX + name, None)


def peek(request: Any, name: str) -> str:
    """What is kept under this name, and stays so."""
    kept = request.session.get(PREFIX + name, "")
    try:
        return decrypt_text(kept) if kept else ""
    except InvalidToken:  # SECRET_KEY was changed meanwhile
        return ""
