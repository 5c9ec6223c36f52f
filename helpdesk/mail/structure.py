"""An e-mail as a tree of parts, cut out of its bytes: each part keeps the bytes that it came as.

The standard library stops at the first line that it does not understand; most mail programs do not, nor does this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

MOST_HEADERS = 1_000
LONGEST_HEADER = 16_384  # bytes of one value
MOST_PARTS = 500
DEEPEST = 20

HEADER = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|received|return-path|reply-to|message-id|in-reply-to|references|mime-version"
    rb"|delivered-to|precedence|importance|priority|organization|errors-to|comments|keywords|encoding|status|lines"
    rb"|auto-submitted|authentication-results|user-agent|envelope-to|final-recipient|original-recipient|action"
    rb"|reporting-mta|feedback-type|(?:x|content|resent|list|arc|dkim|original|received|domainkey)-[!-9;-~]{1,60})",
    re.IGNORECASE,
)
# Between parts whose boundary is not the one that was announced.
GUESSED_BOUNDARY = re.compile(
    rb"(?m)^--([^\s-][^\r\n]{0,200}|-+[^\s-][^\r\n]{0,200}?)[ \t]*\r*\n(?:[ \t]*\r*\n)?(?=content-[a-z-]{2,40}:)", re.I
)
PARAMETER = re.compile(rb"\s*[a-z][a-z-]{0,29}(?:\*\d*)*=", re.I)  # of a header whose indentation was lost
LOOK_AHEAD = 20  # lines in which headers may go on behind one that is none


@dataclass
class Part:
    """A part: its headers, and its body as it was sent; of a multipart the parts and what stood outside of them."""

    headers: dict[str, list[bytes]]
    body: bytes
    default_type: str = "text/plain"
    children: list[Part] = field(default_factory=list)
    strays: list[bytes] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)

    def value(self, name: str) -> str:
        """The first of the headers of this name as ASCII, other bytes as the standard library hides them."""
        values = self.headers.get(name, ())
        return values[0].decode("ascii", "surrogateescape") if values else ""

    def parameters(self, name: str) -> Message:
        """A header such as Content-Type, which has parameters, for the standard library to read."""
        message = Message()
        if value := self.value(name)[:4_096]:
            message[name] = value.replace("\n", " ")
        return message

    @property
    def content_type(self) -> str:
        """In lower case, as `text/plain`."""
        match = re.match(r"\s*\"?([\w.+-]{1,60})/([\w.+-]{1,80})", self.value("content-type"))
        if match:
            return match[0].strip(' "\t\n').lower()
        return "text/html" if re.match(r"\s*html\b", self.value("content-type"), re.I) else self.default_type

    @property
    def boundary(self) -> bytes:
        """What stands between the parts, empty where none is announced."""
        value = self.headers.get("content-type", [b""])[0]
        match = re.search(rb"boundary\s*=\s*(?:\"([^\"]*)|([^\s;]+))", value, re.I)
        return (match[1] or match[2] or b"").replace(b"\n", b"").rstrip() if match else b""

    def leaves(self) -> Iterator[Part]:
        """The parts that have no parts."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class _Count:
    def __init__(self) -> None:
        self.parts = 0


def read_structure(raw: bytes) -> Part:
    """The tree of an e-mail; at most MOST_PARTS parts and DEEPEST levels, what is beyond stays one part."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return _read_part(raw, "text/plain", 0, _Count(), is_whole=True)


def _read_part(raw: bytes, default_type: str, depth: int, count: _Count, *, is_whole: bool = False) -> Part:
    count.parts += 1
    headers, body, problems, junk = split_headers(raw, is_whole=is_whole)
    part = Part(headers, body, default_type, strays=[b"\n".join(junk)] if junk else [], problems=problems)
    del raw, body  # of a large e-mail with parts within parts each level would keep one
    if not is_whole:
        # Of a part, only these are its headers: others were rather written to be read.
        others = (name for name in headers if not name.startswith(("content-", "x-", "mime-version")))
        part.strays += [name.title().encode() + b":" + value for name in others for value in headers[name]]
    kind = part.content_type
    if depth >= DEEPEST or count.parts >= MOST_PARTS:
        if kind.startswith("multipart/"):
            problems.add("too many parts")
        return part
    if kind.startswith("multipart/"):
        _read_children(part, depth, count)
    elif kind in {"text/plain", "text/html"} and (depth or "content-type" not in headers):
        _find_lost_parts(part, depth, count)
    return part


def _read_children(part: Part, depth: int, count: _Count) -> None:
    boundary = part.boundary
    pieces = list(_between(part.body, boundary)) if boundary else []
    if not pieces and boundary:
        pieces = list(_between(part.body, boundary, ignore_case=True))
    if not pieces:
        part.problems.add("boundary missing")
        _find_lost_parts(part, depth, count)
        if not part.children:
            # Read as a text, so that at least its words are there.
            part.children = [Part({}, part.body)]
        return
    inner = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    _add_pieces(part, pieces, inner, depth, count)


def _add_pieces(part: Part, pieces: list[tuple[bytes, bool]], inner: str, depth: int, count: _Count) -> None:
    if any(is_part for _piece, is_part in pieces):
        part.body = b""
    for piece, is_part in pieces:
        if not is_part:
            part.strays.append(piece)
        elif count.parts >= MOST_PARTS:
            part.problems.add("too many parts")
            part.children[-1].strays.append(piece)
        else:
            part.children.append(_read_part(piece, inner, depth + 1, count))


def _find_lost_parts(part: Part, depth: int, count: _Count) -> None:
    """Cut a text in which other parts begin, since the line between them is not as it was announced."""
    starts = [match for match, _ in zip(GUESSED_BOUNDARY.finditer(part.body), range(MOST_PARTS), strict=False)]
    if not starts:
        return
    part.problems.add("boundary guessed")
    ends = [match.start() for match in starts[1:]] + [len(part.body)]
    closing = re.compile(rb"(?m)^--" + re.escape(starts[0][1].rstrip()) + rb"--[ \t]*\r*$")
    pieces = []
    if part.body[: starts[0].start()].strip():
        before = b"" if part.content_type.startswith("multipart/") else _content_headers(part)
        pieces.append((before + b"\n" + part.body[: starts[0].start()], True))
    for start, end in zip(starts, ends, strict=True):
        piece = part.body[start.end() : end]
        closed = closing.search(piece)
        pieces.append((_without_line_end(piece[: closed.start()] if closed else piece), True))
        if closed and piece[closed.end() :].strip():
            pieces.append((piece[closed.end() :], False))
    _add_pieces(part, pieces, "text/plain", depth, count)


def _content_headers(part: Part) -> bytes:
    names = ("content-type", "content-transfer-encoding", "content-disposition")
    return b"".join(
        name.encode() + b": " + part.headers[name][0].replace(b"\n", b"\n ") + b"\n"
        for name in names
        if name in part.headers
    )


def _between(body: bytes, boundary: bytes, *, ignore_case: bool = False) -> Iterator[tuple[bytes, bool]]:
    """What stands between the boundaries, and whether it is a part; nothing where there is no boundary."""
    mark = b"--" + boundary
    searched = body
    if ignore_case:
        mark, searched = mark.lower(), body.lower()
    begin, is_part, position = 0, False, 0
    found_any = False
    while (at := searched.find(mark, position)) != -1:
        position = at + len(mark)
        end = searched.find(b"\n", position)
        end = len(body) if end == -1 else end
        rest = body[position:end].rstrip(b" \t\r")
        if (at and body[at - 1] not in b"\n\r") or rest not in {b"", b"--"}:
            continue
        found_any = True
        piece = _without_line_end(body[begin:at])
        if is_part or piece.strip():
            yield piece, is_part
        begin = position = min(end + 1, len(body))
        is_part = rest == b""
    if found_any and body[begin:].strip():
        yield body[begin:], is_part


def _without_line_end(piece: bytes) -> bytes:
    if piece.endswith(b"\r\n"):
        return piece[:-2]
    return piece[:-1] if piece.endswith(b"\n") else piece


def split_headers(raw: bytes, *, is_whole: bool = False) -> tuple[dict[str, list[bytes]], bytes, set[str], list[bytes]]:
    """Headers by their names in lower case, the body, what had to be repaired, and lines that are no header.

    A line that is none, among headers, goes on the one before it; where no header follows, the body has begun.
    """
    fields: list[tuple[str, list[bytes]]] = []
    problems: set[str] = set()
    junk: list[bytes] = []
    is_junk = False  # the line above
    position = _start(raw) if is_whole else 0
    start, has_known = position, False
    while position < len(raw):
        end = raw.find(b"\n", position)
        end = len(raw) if end == -1 else end
        line = raw[position:end].rstrip(b"\r").replace(b"\0", b"")
        if not line:
            if is_whole and _goes_on(raw, end + 1, fields):
                problems.add("blank line among headers")
                position = end + 1
                continue
            position = end + 1
            break
        match = HEADER.match(line)
        if match and line[:1] not in b" \t":
            is_junk = False
            fields.append((match[1].decode("ascii").lower(), [match[2]]))
            has_known = has_known or KNOWN.fullmatch(match[1]) is not None
        elif line.strip() and line[:1] in b" \t" and fields:
            fields[-1][1].append(line)
            if is_junk:  # it goes on from a line that is none
                junk.append(line)
        elif line.startswith(b"--") or not _headers_follow(raw, end + 1):
            if fields:
                problems.add("no blank line below the headers")
            position = position if line.strip() else end + 1
            break
        elif line.strip() and not line.startswith((b"From ", b">From ")):
            problems.add("line among headers that is none")
            if fields:
                fields[-1][1].append(b" " + line)
            is_junk = not PARAMETER.match(line)
            if is_junk:
                junk.append(line)
        if len(fields) > MOST_HEADERS:
            problems.add("too many headers")
            break
        position = end + 1
    if not has_known and is_whole:
        return {}, raw[start:], {"no headers"}, []
    headers: dict[str, list[bytes]] = {}
    for name, lines in fields:
        headers.setdefault(name, []).append(b"\n".join(lines)[:LONGEST_HEADER])
    return headers, raw[position:], problems, junk


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


def _goes_on(raw: bytes, position: int, fields: list[tuple[str, list[bytes]]]) -> bool:
    """Whether a blank line only interrupts the headers: one follows that every e-mail has, and this one not yet."""
    match = HEADER.match(raw[position : position + 200])
    name = match[1].lower().decode("ascii") if match else ""
    needed = {"content-type", "content-transfer-encoding", "mime-version", "from", "subject", "message-id", "received"}
    have = {name for name, _ in fields}
    return name in needed - have and bool(have) and "content-type" not in have
