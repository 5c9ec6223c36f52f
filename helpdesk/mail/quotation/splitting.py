"""Separates what somebody wrote from what they quote.

Quotations are collapsed, never deleted; if nothing else is left, everything is shown. One pass over the lines. A line
counts as the sender's own unless it is certainly quoted: one line too many is harmless, one too few is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, groupby

from helpdesk.mail.quotation.attributions import tidy
from helpdesk.mail.quotation.glued_lines import unglue
from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.lines import Line, Part
from helpdesk.mail.quotation.phone_signatures import is_phone_signature
from helpdesk.mail.quotation.search import LONGEST_LINE, Search
from helpdesk.mail.quotation.separators import is_forward

LONGEST = 64 * 1024  # characters in which separators are looked for


def split_text(
    text: str, subject: str = "", known: KnownText | None = None, *, marks_alone: bool = False
) -> tuple[Part, ...]:
    """The parts of a text in order; joined, they are the text.

    `known` is what we sent; with `marks_alone`, only lines that begin with a quotation mark count as quoted.
    """
    raw = unglue(text.splitlines(keepends=True), LONGEST)
    within = lines_within(map(len, raw))
    lines = []
    for place, line in enumerate(raw):
        stripped = line.lstrip(" \t\u00a0")
        # “>:” alone on a line is the end of an address that was wrapped.
        is_cited = stripped.startswith(">") and len(line) - len(stripped) < 4 and stripped.rstrip() != ">:"
        words = stripped.lstrip("> \t") if is_cited else line
        lines.append(Line(tidy(words[:LONGEST_LINE]) if place < within else words[:40].strip(), is_cited))
    is_quoted = find_quoted(lines, subject, within, known, marks_alone=marks_alone)
    groups = groupby(zip(raw, is_quoted, strict=True), key=lambda pair: pair[1])
    return tuple(Part("".join(line for line, _ in group), quoted) for quoted, group in groups)


def lines_within(lengths: Iterable[int]) -> int:
    """How many of the first lines fit within LONGEST characters."""
    return sum(end <= LONGEST for end in accumulate(lengths))


def find_quoted(
    lines: Sequence[Line],
    subject: str = "",
    within: int | None = None,
    known: KnownText | None = None,
    *,
    marks_alone: bool = False,
) -> list[bool]:
    """Which lines are quoted; none if nothing else would be left. Separators are looked for before line `within`."""
    within = len(lines) if within is None else within
    search = Search(lines, within, is_forward=is_forward(subject), known=known, marks_alone=marks_alone)
    quoted = search.run()
    _collapse_signature(lines, quoted)
    if all(is_quoted or line.is_blank for line, is_quoted in zip(lines, quoted, strict=True)):
        return [False] * len(lines)
    return quoted


def _collapse_signature(lines: Sequence[Line], quoted: list[bool]) -> None:
    """Mark a phone's signature below the last of the sender's own words as quoted."""
    for place in reversed(range(len(lines))):
        if quoted[place] or lines[place].is_blank:
            continue
        above = lines[place - 1].text if place else ""
        if lines[place].is_cited or not is_phone_signature(lines[place].text, above):
            return
        quoted[place] = True
