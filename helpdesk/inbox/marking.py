"""Marking in a text what a search found in it, whatever its case and accents."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence

from django.utils.html import escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from helpdesk.courses.search import bare
from helpdesk.ui.names import to_nfc

# Letters that are more than one with an accent, as the database's `fold` has them.
LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
)
TAG = re.compile(r"(<[^>]*>)")


def words_of(text: str) -> tuple[str, ...]:
    """The words of what somebody typed, folded, without those that no row shows: numbers of tickets, and signs."""
    if text.startswith("#"):
        return ()
    words = (bare(_fold(word)) for word in to_nfc(text).split())
    return tuple(dict.fromkeys(word for word in words if any(map(str.isalnum, word))))


def marked(shown: SafeString, words: Sequence[str]) -> SafeString:
    """The HTML with each word in a <mark>; tags and attributes stay as they are."""
    if not words:
        return shown
    parts = (part if part.startswith("<") else _mark_text(html.unescape(part), words) for part in TAG.split(shown))
    return mark_safe("".join(parts))  # noqa: S308 - safe before, and each piece of text escaped anew


def _mark_text(text: str, words: Sequence[str]) -> str:
    spans = list(_spans(text, words))
    if not spans:
        return escape(text)
    ends = [0, *(end for _start, end in spans)]
    pieces = [(text[before:start], text[start:end]) for before, (start, end) in zip(ends, spans, strict=False)]
    return format_html_join("", "{}<mark>{}</mark>", pieces) + escape(text[ends[-1] :])


def _spans(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand, in their order, those that touch or overlap joined to one."""
    folded, places = _fold_with_places(text)
    starts = ((match.start(), word) for word in words for match in re.finditer(f"(?={re.escape(word)})", folded))
    found = sorted((start, start + len(word)) for start, word in starts)
    start = end = 0
    for next_start, next_end in found:
        if next_start > end:
            if end > start:
                yield places[start], places[end - 1] + 1
            start = next_start
        end = max(end, next_end)
    if end > start:
        yield places[start], places[end - 1] + 1


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each letter of it the place of the one that it comes from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        folded = _fold(letter)
        letters.append(folded)
        places += [place] * len(folded)
    return "".join(letters), places


def _fold(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(LETTERS)
