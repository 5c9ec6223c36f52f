"""Where the headers of an e-mail or a part end, and what they are, however they were damaged on the way."""

from __future__ import annotations

import re
from typing import NamedTuple

MOST_HEADERS = 1_000
LONGEST_HEADER = 16_384  # bytes of one value

HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|received|return-path|reply-to|message-id|in-reply-to|references|mime-version"
    rb"|delivered-to|precedence|importance|priority|organization|errors-to|comments|keywords|encoding|status|lines"
    rb"|auto-submitted|authentication-results|user-agent|envelope-to|final-recipient|original-recipient|action"
    rb"|reporting-mta|feedback-type|(?:x|content|resent|list|arc|dkim|original|received|domainkey)-[!-9;-~]{1,60})",
    re.IGNORECASE,
)
# One of which every e-mail has, so that a blank line above it only interrupts the headers.
NEEDED = {"content-type", "content-transfer-encoding", "mime-version", "from", "subject", "message-id", "received"}
PARAMETER = re.compile(rb"\s*[a-z][a-z-]{0,29}(?:\*\d*)*=", re.I)  # of a header whose indentation was lost
LOOK_AHEAD = 20  # lines in which headers may go on behind one that is none


class SplitHeaders(NamedTuple):
    """Headers by their names in lower case, the body, what had to be repaired, and lines that are no header."""

    headers: dict[str, list[bytes]]
    body: bytes
    problems: set[str]
    strays: list[bytes]


def split_headers(raw: bytes, *, is_whole: bool = False) -> SplitHeaders:
    """Cut the headers off; a whole e-mail without any that is known has none, and is all body.

    A line that is none, among headers, goes on the one before it; where no header follows, the body has begun.
    """
    start = _start(raw) if is_whole else 0
    lines = _HeaderLines(raw, is_whole=is_whole)
    body_at = lines.read(start)
    if is_whole and not lines.has_known:
        return SplitHeaders({}, raw[start:], {"no headers"}, [])
    headers: dict[str, list[bytes]] = {}
    for name, values in lines.fields:
        headers.setdefault(name, []).append(b"\n".join(values)[:LONGEST_HEADER])
    return SplitHeaders(headers, raw[body_at:], lines.problems, lines.strays)


class _HeaderLines:
    """Takes one line after another, until the body begins."""

    def __init__(self, raw: bytes, *, is_whole: bool) -> None:
        self.raw, self.is_whole = raw, is_whole
        self.fields: list[tuple[str, list[bytes]]] = []  # each name with the lines of its value
        self.problems: set[str] = set()
        self.strays: list[bytes] = []
        self.has_known = False
        self._is_below_stray = False

    def read(self, position: int) -> int:
        """Take the lines from there on; gives where the body begins."""
        while position < len(self.raw):
            end = self.raw.find(b"\n", position)
            end = len(self.raw) if end == -1 else end
            line = self.raw[position:end].rstrip(b"\r").replace(b"\0", b"")
            if not line:
                if not self._goes_on(end + 1):
                    return end + 1
                self.problems.add("blank line among headers")
            elif not (self._take(line) or self._take_damaged(line, end + 1)):
                return position if line.strip() else end + 1
            if len(self.fields) > MOST_HEADERS:
                self.problems.add("too many headers")
                return position
            position = end + 1
        return position

    def _take(self, line: bytes) -> bool:
        """Keep a header, or what goes on from the line above; False where it is neither."""
        if match := HEADER.match(line):
            self.fields.append((match[1].decode("ascii").lower(), [match[2]]))
            self.has_known = self.has_known or KNOWN.fullmatch(match[1]) is not None
            self._is_below_stray = False
            return True
        if line[:1] in b" \t" and line.strip() and self.fields:
            self.fields[-1][1].append(line)
            if self._is_below_stray:
                self.strays.append(line)
            return True
        return False

    def _take_damaged(self, line: bytes, next_position: int) -> bool:
        """Keep a line among headers that is none: with the one above, and unless it goes on there, as a stray too.

        False where none follows: the body has begun.
        """
        if line.startswith(b"--") or not _headers_follow(self.raw, next_position):
            if self.fields:
                self.problems.add("no blank line below the headers")
            return False
        if not line.strip() or line.startswith((b"From ", b">From ")):
            return True
        self.problems.add("line among headers that is none")
        if self.fields:
            self.fields[-1][1].append(b" " + line)
        self._is_below_stray = not PARAMETER.match(line)
        if self._is_below_stray:
            self.strays.append(line)
        return True

    def _goes_on(self, position: int) -> bool:
        """Whether a blank line only interrupts the headers: one follows that is needed, and was not there yet."""
        if not self.is_whole:
            return False
        match = HEADER.match(self.raw[position : position + 200])
        name = match[1].lower().decode("ascii") if match else ""
        have = {name for name, _ in self.fields}
        return name in NEEDED - have and bool(have) and "content-type" not in have


def _start(raw: bytes) -> int:
    """Behind what may stand above the first header: marks, blank lines, the envelope's line of a mailbox file."""
    match = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:>?From [^\r\n]*\r*\n)?", raw[:2_000])
    end = match.end() if match else 0
    first = HEADER.match(raw[end : end + 200])
    return end if first and KNOWN.fullmatch(first[1]) else 0


def _headers_follow(raw: bytes, position: int) -> bool:
    """Whether a well-known header stands in one of the next lines, before one is blank."""
    for line in raw[position : position + 4_000].split(b"\n")[:LOOK_AHEAD]:
        if not line.strip():
            return False
        match = HEADER.match(line)
        if match and KNOWN.fullmatch(match[1]):
            return True
    return False
