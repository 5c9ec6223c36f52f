"""What somebody wrote, and what they quote: quoted text is folded, never deleted; where nothing is left, all is shown.

Lines go through once. What is not surely a quotation is what they wrote: a line too many is seen, one too few is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from helpdesk.conversations.mail.attributions import may_begin, may_end, read_attribution, tidy
from helpdesk.conversations.mail.phone_signatures import is_phone_signature
from helpdesk.conversations.mail.separators import (
    DATE_IN_LABEL,
    is_bare_marker,
    is_forward,
    is_forward_marker,
    is_original_marker,
    is_rule,
    label_of,
)

LONGEST = 64 * 1024  # characters in which separators are looked for
LONGEST_LINE = 500
MOST_TRIES = 400  # of lines that look like a separator: beyond, somebody makes us work
MOST_LINES_OF_ATTRIBUTION = 5
MOST_LINES_OF_HEADERS = 25


@dataclass(frozen=True)
class Part:
    """A run of lines that somebody wrote or quoted."""

    text: str
    is_quoted: bool


@dataclass
class Line:
    """A line to be judged: its words without the quotation mark, whether it had one, and what its HTML says of it."""

    text: str
    is_cited: bool = False
    is_attribution: bool = False
    has_image: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to be seen."""
        return not self.text and not self.has_image


@dataclass(frozen=True)
class Separator:
    """What stands between: the line behind it, and whether all that follows is quoted, even if nothing marks it."""

    end: int
    is_strong: bool


def split_text(text: str, subject: str = "") -> tuple[Part, ...]:
    """The parts of a text in their order; joined they are the text."""
    raw = text.splitlines(keepends=True)
    within = lines_within(map(len, raw))
    lines = []
    for place, line in enumerate(raw):
        stripped = line.lstrip(" \t\u00a0")
        # Alone on a line, “>:” is the end of an address that was too long for the one above.
        is_cited = stripped.startswith(">") and len(line) - len(stripped) < 4 and stripped.rstrip() != ">:"
        words = stripped.lstrip("> \t") if is_cited else line
        lines.append(Line(tidy(words[:LONGEST_LINE]) if place < within else words[:40].strip(), is_cited))
    is_quoted = find_quoted(lines, subject, within)
    groups = groupby(zip(raw, is_quoted, strict=True), key=lambda pair: pair[1])
    return tuple(Part("".join(line for line, _ in group), quoted) for quoted, group in groups)


def written_text(text: str, subject: str = "") -> str:
    """Only what somebody wrote."""
    return "".join(part.text for part in split_text(text, subject) if not part.is_quoted).strip()


def lines_within(lengths: Iterable[int]) -> int:
    """How many lines of these lengths, from the first on, lie within LONGEST characters."""
    return sum(end <= LONGEST for end in accumulate(lengths))


def find_quoted(lines: Sequence[Line], subject: str = "", within: int | None = None) -> list[bool]:
    """Which lines are quoted; none where nothing else would be left. Separators are looked for before line `within`."""
    search = _Search(lines, len(lines) if within is None else within, is_forward(subject))
    quoted = search.run()
    _fold_signature(lines, quoted)
    if all(is_quoted or line.is_blank for line, is_quoted in zip(lines, quoted, strict=True)):
        return [False] * len(lines)
    return quoted


class _Search:
    def __init__(self, lines: Sequence[Line], within: int, is_forward: bool) -> None:
        self.lines = lines
        self.within = within
        self.is_forward = is_forward
        self.tries = 0

    def run(self) -> list[bool]:
        quoted = [False] * len(self.lines)
        place = 0
        while place < self.within:
            line = self.lines[place]
            if line.is_blank:
                place += 1
                continue
            if is_forward_marker(line.text):
                break
            if line.is_cited:
                begin, separator = place, self._attributed_within(place)
                end = self._end_of_cited(place)
            else:
                begin, separator = place, self._separator(place)
                behind = self._skip_blank(separator.end) if separator else place
                is_marked = behind < len(self.lines) and self.lines[behind].is_cited
                end = self._end_of_cited(behind) if is_marked else len(self.lines)
                if separator is None:
                    end = place + 1
                elif not is_marked and not separator.is_strong:
                    end = separator.end
                    separator = None
            if separator:
                if end < len(self.lines) and self._is_answered_between(end):
                    break
                quoted[begin:end] = [True] * (end - begin)
            place = end
        return quoted

    def _skip_blank(self, place: int) -> int:
        while place < len(self.lines) and self.lines[place].is_blank:
            place += 1
        return place

    def _end_of_cited(self, place: int) -> int:
        """Behind the last of the lines that are marked as quoted, with blank ones between them."""
        end = place
        while place < len(self.lines) and (self.lines[place].is_cited or self.lines[place].is_blank):
            place += 1
            end = place if self.lines[place - 1].is_cited else end
        return end

    def _attributed_within(self, place: int) -> Separator | None:
        """Where the attribution itself is marked as quoted, as phones do it."""
        return self._separator(self._skip_blank(place))

    def _is_answered_between(self, place: int) -> bool:
        """Whether own words follow, and then quoted ones that nothing introduces: somebody answers point by point."""
        own = self._skip_blank(place)
        following = own
        while following < len(self.lines) and not self.lines[following].is_cited:
            following += 1
        if following >= len(self.lines) or following == own:
            return False
        first = max(own, following - MOST_LINES_OF_ATTRIBUTION - 2)
        for begin in range(first, following):
            separator = None if self.lines[begin].is_blank else self._separator(begin)
            if separator and self._skip_blank(separator.end) == following:
                return False
        return self._attributed_within(following) is None

    def _separator(self, place: int) -> Separator | None:
        """What begins in this line, and is no word of the writer."""
        if place >= self.within:
            return None
        line = self.lines[place]
        if line.is_attribution and not self.is_forward:
            end = place
            while end < len(self.lines) and self.lines[end].is_attribution:
                end += 1
            return Separator(end, is_strong=True)
        if is_original_marker(line.text):
            return Separator(self._headers(place + 1) or place + 1, is_strong=True)
        if is_rule(line.text) or is_bare_marker(line.text):
            below = self._skip_blank(place + 1)
            end = self._headers(below) if below < len(self.lines) and label_of(self.lines[below].text)[0] else 0
        else:
            end = self._headers(place)
        if end:
            return None if self.is_forward else Separator(end, is_strong=True)
        return self._attribution(place)

    def _headers(self, place: int) -> int:
        """The line behind a block such as “De: … Enviada em: … Para: … Assunto: …”; 0 where none begins here."""
        place = self._skip_blank(place)
        if place >= self.within or not label_of(self.lines[place].text)[0] or self.tries > MOST_TRIES:
            return 0
        self.tries += 1
        kinds: set[str] = set()
        proves, others, end = False, 0, place
        is_cited = self.lines[place].is_cited
        for at in range(place, min(place + MOST_LINES_OF_HEADERS, len(self.lines))):
            line = self.lines[at]
            kind, value = label_of(line.text)
            if line.is_cited != is_cited or (
                not kind and (others >= 3 or line.is_blank) and not self._goes_on(at, kinds)
            ):
                break
            others = 0 if kind else others + 1
            if kind in kinds and kind in {"from", "subject"}:
                break
            kinds |= {kind} - {""}
            proves = proves or "@" in line.text or (kind == "sent" and DATE_IN_LABEL.search(value) is not None)
            end = at + 1 if kind or not line.is_blank else end
        return end if "from" in kinds and len(kinds - {"other"}) >= 3 and proves else 0

    def _goes_on(self, place: int, kinds: set[str]) -> bool:
        """Whether a blank line only stands between two headers."""
        below = place + 1
        kind = label_of(self.lines[below].text)[0] if below < len(self.lines) else ""
        return self.lines[place].is_blank and bool(kind) and kind not in kinds

    def _attribution(self, place: int) -> Separator | None:
        lines = self.lines
        if not may_begin(lines[place].text):
            return None
        joined = ""
        for end in range(place, min(place + MOST_LINES_OF_ATTRIBUTION, len(lines))):
            line = lines[end]
            if line.is_blank or line.is_cited != lines[place].is_cited or len(joined) > LONGEST_LINE:
                return None
            # A sentence that ends within is somebody's own.
            if joined and joined[-1] in ".!?" and not line.text.startswith("<"):
                return None
            joined = f"{joined} {line.text}" if joined else line.text
            if not may_end(line.text):
                continue
            self.tries += 1
            found = read_attribution(joined) if self.tries <= MOST_TRIES else None
            if found:
                has_gap = end + 1 < len(lines) and lines[end + 1].is_blank
                return Separator(end + 1, found.is_strong and (has_gap or not found.needs_gap))
        return None


def _fold_signature(lines: Sequence[Line], quoted: list[bool]) -> None:
    """Fold what a phone wrote below the last of somebody's own words."""
    for place in reversed(range(len(lines))):
        if quoted[place] or lines[place].is_blank:
            continue
        if lines[place].is_cited or not is_phone_signature(lines[place].text):
            return
        quoted[place] = True
