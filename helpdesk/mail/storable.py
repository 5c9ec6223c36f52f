"""Texts that PostgreSQL can hold, whatever an e-mail has in their place."""

from __future__ import annotations

import re

from helpdesk.nfc import to_nfc
from helpdesk.ui.names import clean_name

SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str, longest: int) -> str:
    """The text in NFC with one kind of line ending, no NUL and no half characters, cut at `longest`."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\0", "")[: longest * 2]
    if SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return to_nfc(text)[:longest]


def bounded(text: str, longest: int) -> tuple[str, bool]:
    """The text as `storable` gives it, and whether something of it had to be left out."""
    kept = storable(text, longest + 1)
    return kept[:longest], len(kept) > longest or len(text) > longest * 2


def storable_line(text: str, longest: int) -> str:
    """One line, clean as a name is."""
    return clean_name(storable(text, longest * 2))[:longest].strip()
