"""Marks search words in texts, regardless of case and accents, and takes excerpts from long texts."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from helpdesk.courses.search import strip_signs
from helpdesk.nfc import to_nfc
from helpdesk.ui.isolation import isolated
from helpdesk.ui.unaccent import unaccent, unaccent_with_places

TAG = re.compile(r"(<[^>]*>)")
SEEN = 24  # characters of a line that are visible in the narrowest list
AT_ONCE = 6  # characters of a name after which its tail is still visible there
BEFORE = 10  # characters of context before the first match, if its sentence begins too early to be used
SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)]* ")
SPACE = re.compile(" ")
SIGN = re.compile(r"[@._/:+-]")  # separates parts of text without spaces, such as an address


def words_of(text: str) -> tuple[str, ...]:
    """The words of a search text, unaccented, without those that are only signs; none for a ticket number (“#12”)."""
    if text.startswith("#"):
        return ()
    words = (strip_signs(unaccent(word)) for word in to_nfc(text).split())
    return tuple(dict.fromkeys(word for word in words if any(map(str.isalnum, word))))


def marked(shown: SafeString, words: Sequence[str]) -> SafeString:
    """The HTML with each word in a <mark>; tags and attributes stay as they are."""
    if not words:
        return shown
    parts = (part if part.startswith("<") else _mark_text(html.unescape(part), words) for part in TAG.split(shown))
    return mark_safe("".join(parts))  # noqa: S308 - safe before, and each piece of text escaped anew


def marked_with_tail(name: str, tail: str, words: Sequence[str]) -> SafeString:
    """The name as HTML, marked; a tail that the narrowest list would cut off gets a span that keeps its width."""
    at = len(name) - len(tail)
    shown = isolated(name)
    if at <= AT_ONCE or shown.startswith("<bdi>"):
        return marked(shown, words)
    spans = list(_spans(name, words)) if words else []
    before = [(start, min(end, at)) for start, end in spans if start < at]
    after = [(max(start, at) - at, end - at) for start, end in spans if end > at]
    parts = _with_marks(name[:at], before), _with_marks(tail, after)
    return format_html('<span>{}</span><span class="row-tail">{}</span>', *parts)


def has_words(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether any of the texts contains all of the words."""
    return any(all(word in unaccented for word in words) for unaccented in map(unaccent, texts))


def excerpt(text: str, words: Sequence[str], length: int, *, label: str = "", is_cut: bool = False) -> str:
    """A text as one line of at most `length` characters, which begins late if the first match would be out of sight.

    The `label` stands before it on the line. If `is_cut`, the beginning of the text is missing, perhaps within a word.
    """
    if is_cut:
        text = "".join(text.split(None, 1)[1:]) or text
    line = " ".join(text.split())
    start, end = next(_spans(line, words), (0, 0)) if words else (0, 0)
    room = SEEN - len(label)
    begin = 0 if start <= BEFORE or end <= room else _begin(text, line, start, end + 1 - room)
    if not begin and not is_cut:
        return Truncator(line).chars(length)
    return f"…{Truncator(line[begin:].lstrip(' .,;:')).chars(length - 1)}"


def _begin(text: str, line: str, start: int, earliest: int) -> int:
    """Where to begin the line for a match at `start`: at its sentence or line, if that is no earlier than `earliest`.

    Otherwise at a word shortly before it, or at the word or part of an address that contains it; failing these, BEFORE
    characters before it.
    """
    if sentence := next((at for at in _sentences(text, line) if earliest <= at <= start), 0):
        return sentence
    lead = start - BEFORE
    for boundary in (SPACE, SIGN):
        ends = [match.end() for match in boundary.finditer(line, max(min(lead, earliest) - 1, 0), start)]
        if ends:
            return next((end for end in ends if end >= lead), ends[-1])
    return lead


def _sentences(text: str, line: str) -> list[int]:
    """Where sentences and the text's original lines begin in the line."""
    lengths = [len(" ".join(each.split())) + 1 for each in text.splitlines() if each.strip()]
    return sorted({match.end() for match in SENTENCE_END.finditer(line)} | set(accumulate(lengths[:-1])))


def _mark_text(text: str, words: Sequence[str]) -> SafeString:
    return _with_marks(text, list(_spans(text, words)))


def _with_marks(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    if not spans:
        return escape(text)
    ends = [0, *(end for _start, end in spans)]
    pieces = [(text[before:start], text[start:end]) for before, (start, end) in zip(ends, spans, strict=False)]
    return format_html_join("", "{}<mark>{}</mark>", pieces) + escape(text[ends[-1] :])


def _spans(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where the words occur, in order; occurrences that touch or overlap are joined."""
    unaccented, places = unaccent_with_places(text)
    starts = ((match.start(), word) for word in words for match in re.finditer(f"(?={re.escape(word)})", unaccented))
    found = sorted((start, start + len(word)) for start, word in starts)
    start = end = 0
    for next_start, next_end in found:
        if next_start > end:
            if end > start:
                yield _span(places, start, end)
            start = next_start
        end = max(end, next_end)
    if end > start:
        yield _span(places, start, end)


def _span(places: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The span in the text of these unaccented letters, including vowel signs on the last one (Arabic and Hebrew)."""
    return places[start], max(places[end], places[end - 1] + 1)
