"""Splits lines that run somebody's own words and an attribution together, or an attribution and the quotation.

Phones leave out the line break: “Obrigada! Em 3 de nov. de 2025, à(s) 10:11, Ana <ana@…> escreveu:”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpdesk.mail.quotation.attributions import LONGEST, may_end, read_attribution, tidy
from helpdesk.mail.quotation.header_blocks import read_block
from helpdesk.mail.quotation.lines import Line
from helpdesk.mail.quotation.separators import is_original_marker

SHORTEST = 12  # characters; a shorter line cannot hold both
MOST_TRIES = 100
MOST_IN_LINE = 3
MOST_LINES = 5
START = re.compile(
    r"(?<=[^\s>*_-])[ \t\u00a0]*(?=(?:Em|On|El|No dia|Le|Am|Il giorno|Op|A|Às|Em data de) [^\n]{0,24}?\d)"
)
BLOCK = re.compile(r"(?<=[^\s>*_-])[ \t\u00a0]*(?=[*_]?(?:De|From|Von|Remitente)[*_]?\s?:[*_]?\s)")
MARKER = re.compile(
    r"(?<=[^\s>*_-])[ \t\u00a0]*(?=-{2,}\s?(?:Mensagem|Original|Mensaje|Message)\b[^\n]{0,30}-{2,})", re.I
)
END = re.compile(r"@[^\s@]{1,200}[>)\]]{0,2}\s?(?:escreveu|wrote|escribió|sent|enviou)\s?:(?=\s)")


def unglue(raw: Sequence[str], longest: int) -> list[str]:
    """Split such lines within the first `longest` characters; joined, the result equals the input."""
    found: list[str] = []
    tries = length = 0
    for place, line in enumerate(raw):
        length += len(line)
        if length > longest or tries > MOST_TRIES or len(line) < SHORTEST:
            found.append(line)
            continue
        pieces, tried = pieces_of(line, raw[place + 1 : place + 1 + MOST_LINES])
        tries += tried
        found += pieces
    return found


def pieces_of(line: str, following: Sequence[str]) -> tuple[list[str], int]:
    """The pieces of a line, given the lines that follow it, and the number of attempts it took."""
    cuts, tries = _cuts(line, following)
    return [line[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(line)], strict=True) if begin < end], tries


def _cuts(line: str, following: Sequence[str]) -> tuple[list[int], int]:
    """Where to split a line, and the number of attempts it took."""
    own = line.lstrip("> \t")
    offset, tries = len(line) - len(own), 0
    if offset and line.strip()[:1] == ">":
        return [], 0
    for pattern, begins in ((START, _begins_attribution), (BLOCK, _begins_block), (MARKER, _is_marker)):
        places = [match.end() for match in pattern.finditer(line, offset + 1)][-MOST_IN_LINE:]
        for place in reversed(places):
            tries += 1
            if begins(line[place:], following):
                ends = [end + place for end in _ends(line[place:])] if pattern is START else []
                return [place, *ends], tries
    return _ends(line), tries


def _ends(line: str) -> list[int]:
    """Where an attribution at the start of a line ends, if more follows it."""
    match = END.search(line[: LONGEST + 100])
    if match is None or not line[match.end() :].strip():
        return []
    read = read_attribution(tidy(line[: match.end()]))
    return [match.end()] if read and read.is_strong else []


def _begins_attribution(line: str, following: Sequence[str]) -> bool:
    joined = ""
    for each in [line, *following]:
        tidied = tidy(each[: LONGEST + 100])
        match = END.search(tidied)
        if match and not joined and read_attribution(tidied[: match.end()]):
            return True
        if not tidied or tidied.startswith(">") or len(joined) > LONGEST:
            return False
        joined = f"{joined} {tidied}" if joined else tidied
        if may_end(tidied) and (read := read_attribution(joined)):
            return read.has_address or read.is_strong
    return False


def _begins_block(line: str, following: Sequence[str]) -> bool:
    return read_block([Line(tidy(each[:500])) for each in [line, *following]], 0) is not None


def _is_marker(line: str, following: Sequence[str]) -> bool:
    return is_original_marker(tidy(line[:200]))
