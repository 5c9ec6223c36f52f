"""Makes texts storable in PostgreSQL, whatever an e-mail contains."""

from __future__ import annotations

import re

from helpdesk.nfc import to_nfc
from helpdesk.ui.cleaning import clean_name

SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str, longest: int) -> str:
    """The text in NFC with uniform line endings, no NUL and no lone surrogates, cut at `longest`."""
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\0", "")[: longest * 2]
    if SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return to_nfc(text)[:longest]


def bounded(text: str, longest: int) -> tuple[str, bool]:
    """The result of `storable`, and whether anything had to be cut."""
    kept = storable(text, longest + 1)
    return kept[:longest], len(kept) > longest or len(text) > longest * 2


def storable_line(text: str, longest: int) -> str:
    """A single line, cleaned like a name."""
    return clean_name(storable(text, longest * 2))[:longest].strip()
