"""Cuts an e-mail's bytes into a tree of parts; each part keeps its original bytes.

The standard library stops at the first line that it does not understand; this, like most mail programs, does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from helpdesk.mail.header_splitting import split_headers

MOST_PARTS = 500
DEEPEST = 20

# Between parts whose boundary differs from the declared one.
GUESSED_BOUNDARY = re.compile(
    rb"(?m)^--([^\s-][^\r\n]{0,200}|-+[^\s-][^\r\n]{0,200}?)[ \t]*\r*\n(?:[ \t]*\r*\n)?(?=content-[a-z-]{2,40}:)", re.I
)


@dataclass
class Part:
    """A part: its headers and its body as sent; a multipart has its parts and the text outside them instead."""

    headers: dict[str, list[bytes]]
    body: bytes
    default_type: str = "text/plain"
    children: list[Part] = field(default_factory=list)
    strays: list[bytes] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)

    def value(self, name: str) -> str:
        """The first header of this name as ASCII; other bytes are escaped as the standard library does."""
        values = self.headers.get(name, ())
        return values[0].decode("ascii", "surrogateescape") if values else ""

    def parameters(self, name: str) -> Message:
        """A header with parameters, such as Content-Type, as an object of the standard library."""
        message = Message()
        if value := self.value(name)[:4_096]:
            message[name] = value.replace("\n", " ")
        return message

    @property
    def content_type(self) -> str:
        """In lower case, such as `text/plain`."""
        match = re.match(r"\s*\"?([\w.+-]{1,60})/([\w.+-]{1,80})", self.value("content-type"))
        if match:
            return match[0].strip(' "\t\n').lower()
        return "text/html" if re.match(r"\s*html\b", self.value("content-type"), re.I) else self.default_type

    @property
    def boundary(self) -> bytes:
        """The boundary between the parts; empty if none is declared."""
        value = self.headers.get("content-type", [b""])[0]
        match = re.search(rb"boundary\s*=\s*(?:\"([^\"]*)|([^\s;]+))", value, re.I)
        return (match[1] or match[2] or b"").replace(b"\n", b"").rstrip() if match else b""

    def leaves(self) -> Iterator[Part]:
        """The parts that contain no other parts."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


class _Count:
    def __init__(self) -> None:
        self.parts = 0


def read_structure(raw: bytes) -> Part:
    """The tree of an e-mail, with at most MOST_PARTS parts and DEEPEST levels; anything beyond that is left as one
    part.
    """
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return _read_part(raw, "text/plain", 0, _Count(), is_whole=True)


def _read_part(raw: bytes, default_type: str, depth: int, count: _Count, *, is_whole: bool = False) -> Part:
    count.parts += 1
    headers, body, problems, junk = split_headers(raw, is_whole=is_whole)
    part = Part(headers, body, default_type, strays=[b"\n".join(junk)] if junk else [], problems=problems)
    del raw, body  # a large e-mail with nested parts would otherwise be kept once per level
    if not is_whole:
        # Only these count as headers of a part: others are probably text.
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
            # Read as text, so that at least its words are shown.
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
    """Split a text that contains further parts, because their boundary is not the declared one."""
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
    """The pieces between the boundaries, and whether each is a part; empty if there is no boundary."""
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
