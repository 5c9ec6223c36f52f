"""Splits headers from the body of an e-mail or part, even if they were damaged on the way."""

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
# Every e-mail has one of these: a blank line above one is only an interruption.
NEEDED = {"content-type", "content-transfer-encoding", "mime-version", "from", "subject", "message-id", "received"}
PARAMETER = re.compile(rb"\s*[a-z][a-z-]{0,29}(?:\*\d*)*=", re.I)  # of a header whose indentation was lost
LOOK_AHEAD = 20  # lines within which headers may resume after a line that isn't one


class SplitHeaders(NamedTuple):
    """Headers by lower-case name, the body, the problems that were repaired, and lines that aren't headers."""

    headers: dict[str, list[bytes]]
    body: bytes
    problems: set[str]
    strays: list[bytes]


def split_headers(raw: bytes, *, is_whole: bool = False) -> SplitHeaders:
    """Split headers and body; an e-mail without a single well-known header is all body.

    A line among headers that isn't one continues the header above it; if no header follows, the body has begun.
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
    """Reads one line after another until the body begins."""

    def __init__(self, raw: bytes, *, is_whole: bool) -> None:
        self.raw, self.is_whole = raw, is_whole
        self.fields: list[tuple[str, list[bytes]]] = []  # each name with the lines of its value
        self.problems: set[str] = set()
        self.strays: list[bytes] = []
        self.has_known = False
        self._is_below_stray = False

    def read(self, position: int) -> int:
        """Read lines from `position` on; returns where the body begins."""
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
        """Keep a header or a continuation line; False if the line is neither."""
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
        """Append a line that isn't a header to the header above; unless it looks like a lost continuation, also keep it
        as a stray.

        False where no header follows: the body has begun.
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
        """Whether a blank line only interrupts the headers: a required one follows that was still missing."""
        if not self.is_whole:
            return False
        match = HEADER.match(self.raw[position : position + 200])
        name = match[1].lower().decode("ascii") if match else ""
        have = {name for name, _ in self.fields}
        return name in NEEDED - have and bool(have) and "content-type" not in have


def _start(raw: bytes) -> int:
    """Where the first header begins: after byte order marks, blank lines, or the “From ” line of a mailbox file."""
    match = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:>?From [^\r\n]*\r*\n)?", raw[:2_000])
    end = match.end() if match else 0
    first = HEADER.match(raw[end : end + 200])
    return end if first and KNOWN.fullmatch(first[1]) else 0


def _headers_follow(raw: bytes, position: int) -> bool:
    """Whether a well-known header follows within the next lines, before a blank one."""
    for line in raw[position : position + 4_000].split(b"\n")[:LOOK_AHEAD]:
        if not line.strip():
            return False
        match = HEADER.match(line)
        if match and KNOWN.fullmatch(match[1]):
            return True
    return False
