"""Cleans names and texts from people and programs, in one way everywhere."""

from __future__ import annotations

import unicodedata

from django.core.management import CommandError

from helpdesk.nfc import to_nfc
from helpdesk.ui.invisible import without_invisible, without_nothing

LONGEST_RAW = 2_000  # characters read of a raw name: several times what any name may have


def clean_name(text: str) -> str:
    """One line in NFC, without invisible characters; empty if nothing visible is left.

    The input is untrusted and its length unchecked: only the first LONGEST_RAW characters are read.
    """
    text = text[:LONGEST_RAW]
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    name = to_nfc(" ".join(without_invisible(text).split()))
    return name if any(map(_is_visible, name)) else ""


def clean_key(text: str) -> str:
    """Clean and in lower case, for something identified by its name, such as a tag or an e-mail address."""
    return clean_name(text[:LONGEST_RAW].lower())


def clean_text(text: str) -> str:
    """Clean a longer text: NFC, uniform line endings, no surrounding white space, no invisible characters.

    That includes characters that change the writing direction. Empty if nothing is visible.
    """
    text = text.strip()
    return to_nfc(without_nothing(text.replace("\r\n", "\n"))).strip() if clean_name(text) else ""


def name_argument(text: str, argument: str) -> str:
    """Clean a name given to a command. Raises CommandError with the argument's name."""
    name = clean_name(text)
    if not 1 <= len(name) <= 100 or "\0" in text:
        raise CommandError(f"{argument} must have 1 to 100 characters, some of which can be seen.")
    return name


def _is_visible(letter: str) -> bool:
    """Whether it is a letter, number, punctuation or symbol, or an emoji newer than Python's Unicode tables."""
    category = unicodedata.category(letter)
    return category[0] in "LNPS" or category == "Cn"
