"""Names and sentences in output: isolated if they are written from right to left, escaped, or as plain text."""

from __future__ import annotations

import html
import unicodedata
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

RIGHT_TO_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI", "PDF", "PDI"}


def isolated(text: Any) -> SafeString:
    """A name as HTML; right-to-left text is isolated, so that it doesn't reorder what is next to it."""
    shown = escaped(str(text))
    return SafeString(f"<bdi>{shown}</bdi>") if _turns(shown) else shown


def isolated_text(text: Any) -> str:
    """A name as plain text; right-to-left text is isolated by Unicode's marks."""
    return f"\u2068{text}\u2069" if _turns(str(text)) else str(text)


def escaped(text: str) -> SafeString:
    """Escape a text like `conditional_escape`, in a third of the time: it doesn't check for lazy texts."""
    return text if isinstance(text, SafeString) else SafeString(html.escape(text))


def plain(sentence: str) -> str:
    """The plain text of a sentence with markup."""
    return html.unescape(strip_tags(sentence))


def _turns(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(letter) in RIGHT_TO_LEFT for letter in text)
