"""Parses headers: words, people, times and message IDs, however they are written."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from itertools import chain, groupby, islice

from helpdesk.mail.encodings import decode_base64, decode_text
from helpdesk.mail.parsed import Address
from helpdesk.mail.storable import storable_line
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.email_addresses import is_address

LONGEST_VALUE = 8_000  # bytes read of a value
LONGEST_LIST = 16_000  # of a value that lists IDs or addresses of ours
MOST_VALUES = 20  # headers of one name
MOST_LISTS = MOST_VALUES * 20  # of several
LONGEST_ID = 500
MOST_IDS = 100
MOST_ADDRESSES = 200
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?\s?([BbQq])\s?\?([^?]*)\?=")
BETWEEN_WORDS = re.compile(r"(=\?[^?\s]{1,60}\?\s?[BbQq]\s?\?[^?]*\?=)[ \t\n]+(?==\?[^?\s]{1,60}\?\s?[BbQq]\s?\?)")
ID = re.compile(r"<([^<>\s]+)>")
# A reply address carries its token after the plus sign. Mail servers may change the case of letters.
REPLY_TOKEN = re.compile(r"\+([0-9a-z._-]{16,63})@")
# A name, possibly quoted, comments, and the address, bare or in angle brackets.
PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;]|[^",;<>()]+|.', re.DOTALL)
BARE_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+")


def decode_words(value: bytes) -> str:
    """A header's text with encoded words decoded; those that were split within a character are joined first."""
    text = decode_text(value[:LONGEST_VALUE]) if not value.isascii() else value[:LONGEST_VALUE].decode("ascii")
    text = text.replace("\n", " ") if "=?" not in text else BETWEEN_WORDS.sub(r"\1", text).replace("\n", " ")
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending, charset, position = b"", "", 0
    for match in ENCODED_WORD.finditer(text):
        between = text[position : match.start()]
        named = match[1].partition("*")[0].lower()
        if pending and (between or named != charset):
            pieces.append(decode_text(pending, charset))
            pending = b""
        pieces.append(between)
        pending, charset = pending + _bytes_of(match[2], match[3]), named
        position = match.end()
    if pending:
        pieces.append(decode_text(pending, charset))
    return "".join(pieces) + text[position:]


def _bytes_of(encoding: str, word: str) -> bytes:
    data = word.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return decode_base64(data)[0]
    try:
        return binascii.a2b_qp(data.replace(b"\n", b""), header=True)
    except binascii.Error:
        return data


def first_line(headers: Mapping[str, Sequence[bytes]], name: str, longest: int = 500) -> str:
    """The first header of this name, ready to store; empty if there is none."""
    return storable_line(decode_words(headers[name][0]), longest) if headers.get(name) else ""


def read_addresses(values: Iterable[bytes]) -> tuple[Address, ...]:
    """The people named in a header, each address once."""
    texts = (value[:LONGEST_VALUE].decode("utf-8", "surrogateescape") for value in islice(values, MOST_VALUES))
    found: dict[str, Address] = {}
    for name, email in chain.from_iterable(map(_people_of, texts)):
        if len(found) < MOST_ADDRESSES:
            found.setdefault(email, Address(_name(name, email), email))
    return tuple(found.values())


def _name(raw: str, email: str) -> str:
    name = storable_line(decode_words(raw.encode("utf-8", "surrogateescape")), 150).strip("\"' ")
    return "" if name.lower() == email else name


def _people_of(text: str) -> Iterator[tuple[str, str]]:
    """The names and addresses in a header, where commas or semicolons are between people."""
    pieces = (match[0] for match in PIECE.finditer(text.replace("\n", " ")))
    for is_between, of_one in groupby(pieces, lambda piece: piece in {",", ";"}):
        if not is_between and (person := _person_of([*of_one])):
            yield person


def _person_of(pieces: Sequence[str]) -> tuple[str, str] | None:
    """The name and the address of one of the people, whose address may be bare; None if there is no address."""
    name = "".join(map(_part_of_name, pieces))
    comment = next((piece[1:-1] for piece in reversed(pieces) if piece[0] == "(" and len(piece) > 1), "")
    in_brackets = (_email(piece[1:-1]) for piece in pieces if piece[0] == "<" and len(piece) > 1)
    if email := next(filter(None, in_brackets), ""):
        return name.strip() or comment, email
    for match in BARE_ADDRESS.finditer(name):
        if email := _email(match[0]):
            others = (name[: match.start()] + name[match.end() :]).strip(" :<>\"'")  # a group's name has a colon
            return others or comment, email
    return None


def _part_of_name(piece: str) -> str:
    """What a piece adds to the name: quoted text without its quotation marks, and anything that is in no brackets."""
    if piece[0] == '"' and len(piece) > 1:
        return re.sub(r"\\(.)", r"\1", piece[1:-1])
    return "" if piece[0] in "<>()" else piece


def _email(raw: str) -> str:
    text = decode_words(raw.encode("utf-8", "surrogateescape"))
    text = clean_key("".join(text.split())[:400]).removeprefix("mailto:").strip("'\"<>")
    return text if is_address(text) else ""


def read_ids(values: Iterable[bytes]) -> tuple[str, ...]:
    """The message IDs in angle brackets, at most MOST_IDS; if there are more, the last ones."""
    found: dict[str, None] = {}
    for value in islice(values, MOST_VALUES):
        text = decode_text(value[:LONGEST_LIST]).replace("\n", "")
        for match in ID.finditer(text):
            found[message_id(match[1])] = None
        if "<" not in text:
            found |= {message_id(word): None for word in text.split() if "@" in word}
    found.pop("", None)
    return tuple(found)[-MOST_IDS:]


def message_id(text: str) -> str:
    """One ID in its angle brackets; empty if it is invalid or too long to store, and the bytes identify the e-mail
    instead.
    """
    bare = storable_line(text, LONGEST_ID * 2).strip("<>")
    return f"<{bare}>" if bare and len(bare) <= LONGEST_ID - 2 and " " not in bare else ""


def read_date(values: Iterable[bytes]) -> datetime | None:
    """The first plausible time; without a zone it is taken as UTC."""
    for value in islice(values, MOST_VALUES):
        moment = _moment(decode_text(value[:200]).rpartition(";")[2])
        if moment and EARLIEST <= moment <= datetime.now(UTC) + timedelta(days=2):
            return moment
    return None


def _moment(text: str) -> datetime | None:
    try:
        parts = parsedate_tz(text)
        return datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=parts[9] or 0) if parts else None
    except Exception:  # the library raises all kinds of errors
        return None


def reply_tokens(values: Iterable[bytes]) -> tuple[str, ...]:
    """The parts after a plus sign in these headers' addresses that may be our tokens, in lower case."""
    found: dict[str, None] = {}
    for value in islice(values, MOST_LISTS):
        found |= {match[1]: None for match in REPLY_TOKEN.finditer(decode_text(value[:LONGEST_LIST]).lower())}
    return tuple(found)[:MOST_IDS]
