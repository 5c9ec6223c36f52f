"""Parses an event from a delivery's raw bytes; the only place where limits on the sender's content are enforced.

Afterwards every text can be stored, every number is in its range, and every time is plausible.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime

from helpdesk.nfc import to_nfc
from helpdesk.ui.cleaning import clean_key, clean_name
from helpdesk.ui.email_addresses import is_address
from webhooks.models import Delivery

Problem = Delivery.Problem

MOST_SHORTER = 4  # how many times shorter NFC may make a text
MAX_BODY = 256 * 1024  # bytes, compressed or not
MOST_MEMBERS = 100  # of a compressed body; they may be empty, and each copies what follows it
BEFORE_JSON = b" \t\r\n\0\xef\xbb\xbf\xfe\xff"  # white space, byte order marks, and zero bytes of UTF-16 and UTF-32
EARLIEST = datetime(2010, 1, 1, tzinfo=UTC)  # years before Nutror existed
# Stricter than Python, which allows any character between day and time, and digits of other scripts.
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9:.,]{4,20} ?([Zz]|[+-][0-9:]{2,8})?")
FURTHEST_AHEAD = timedelta(days=1)  # after the receipt: clocks may be wrong, but not by more


class ContentError(Exception):
    """The event's content is invalid: which problem it has, and where."""

    def __init__(self, problem: Delivery.Problem, where: str = "") -> None:
        super().__init__(f"{problem}: {where}")
        self.problem = problem
        self.where = where


@dataclass(frozen=True)
class Event:
    """The envelope that all Eduzz events share; `parse_error` is set if the content cannot be handled at all."""

    name: str
    id: str
    received_at: datetime
    occurred_at: datetime
    sent_at: datetime | None = None
    data: Any = field(default_factory=dict)
    parse_error: ContentError | None = None
    implausible_times: str = ""

    @property
    def learner_email(self) -> str:
        """The learner's address; empty if it is missing or invalid."""
        try:
            return self.email("learner.email")
        except ContentError:
            return ""

    def value(self, path: str) -> Any:
        """The value in `data` at a path such as `learner.email` or `courses.0.hash`; None if there is none.

        Raises ContentError if the path leads through something that is neither an object nor a list.
        """
        found = self.data
        for step in path.split("."):
            if found is None:
                return None
            if isinstance(found, list) and step.isdigit():
                found = found[int(step)] if int(step) < len(found) else None
            elif isinstance(found, dict):
                found = found.get(step)
            else:
                raise ContentError(Problem.WRONG_TYPE, f"data.{path}")
        return found

    def text(self, path: str, *, longest: int = 255) -> str:
        """A text in NFC, cut at `longest` characters; empty if there is none.

        Raises ContentError if it is neither text nor an integer, or cannot be stored in PostgreSQL.
        """
        found = self.value(path)
        if found is None:
            return ""
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if not isinstance(found, str):
            raise ContentError(Problem.WRONG_TYPE, f"data.{path}")
        if not is_storable(found):
            raise ContentError(Problem.UNSTORABLE, f"data.{path}")
        return to_nfc(found.strip()[: longest * MOST_SHORTER]).strip()[:longest]

    def name_at(self, path: str) -> str:
        """A name, cleaned by `clean_name`; empty if it has no visible characters."""
        name = clean_name(self.text(path))
        # Cleaning may make an emoji longer; such a name is cut one character earlier.
        return name if len(name) <= 255 else clean_name(name[:254])

    def required_text(self, path: str, *, longest: int = 255) -> str:
        """A text that must not be missing, empty or too long. Raises ContentError."""
        found = self.text(path, longest=longest + 1)
        if not found:
            raise ContentError(Problem.MISSING, f"data.{path}")
        if len(found) > longest:
            raise ContentError(Problem.INVALID, f"data.{path}")
        return found

    def email(self, path: str) -> str:
        """A required e-mail address, normalized. Raises ContentError."""
        found = clean_key(self.required_text(path, longest=254))
        if not is_address(found):
            raise ContentError(Problem.INVALID, f"data.{path}")
        return found

    def number(self, path: str, *, largest: int) -> int | None:
        """A whole number from 0 to `largest`, or None if there is none. Raises ContentError."""
        found = self.value(path)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise ContentError(Problem.WRONG_TYPE, f"data.{path}")
        if not 0 <= found <= largest:
            raise ContentError(Problem.INVALID, f"data.{path}")
        return round(found)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can store the text: it has no NUL and no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def decompress(body: bytes, content_encoding: str) -> bytes:
    """The body as the sender wrote it, at most MAX_BODY bytes. Raises ContentError.

    A body that begins like JSON is returned as it is: a proxy may have decompressed it and left the header.
    """
    if body.lstrip(BEFORE_JSON)[:1] in {b"{", b"["}:
        return body
    encodings = [encoding.strip() for encoding in content_encoding.split(",")]
    for encoding in reversed([encoding for encoding in encodings if encoding not in {"", "identity"}]):
        if encoding in {"gzip", "x-gzip"}:
            body = _inflate(body, 16 + zlib.MAX_WBITS)
        elif encoding == "deflate":
            # The standard requires a zlib header, which many senders leave out. Source: RFC 9110, 8.4.1.2
            has_envelope = body[:1] and body[0] % 16 == 8 and int.from_bytes(body[:2]) % 31 == 0
            body = _inflate(body, zlib.MAX_WBITS if has_envelope else -zlib.MAX_WBITS)
        else:
            raise ContentError(Problem.ENCODING, content_encoding)
    return body


def _inflate(body: bytes, window: int) -> bytes:
    """Decompress all members of a body. Raises ContentError."""
    plain, members = b"", 0
    while body:
        members += 1
        if members > MOST_MEMBERS:
            raise ContentError(Problem.ENCODING, "(too many members)")
        decompressor = zlib.decompressobj(window)
        try:
            plain += decompressor.decompress(body, MAX_BODY + 1)
        except zlib.error as error:
            raise ContentError(Problem.ENCODING, str(error)[:200]) from None
        if len(plain) > MAX_BODY:
            raise ContentError(Problem.TOO_LARGE)
        if not decompressor.eof:
            raise ContentError(Problem.ENCODING, "(incomplete)")
        body = decompressor.unused_data.lstrip(b"\0")  # zero padding of the last block
    return plain


def read_event(body: bytes, received_at: datetime, content_encoding: str = "") -> Event:
    """The event in these bytes; never raises, because an authentic delivery is kept whatever it contains.

    Without a usable ID, a hash of the bytes identifies the event, so that two invalid events are never taken for one.
    """
    body_id = f"sha256:{hashlib.sha256(body).hexdigest()}"
    try:
        envelope = _read_envelope(decompress(body, content_encoding))
        name = _read_name(envelope)
    except ContentError as error:
        return Event("", body_id, received_at, received_at, parse_error=error)
    event_id = envelope.get("id")
    if isinstance(event_id, int) and not isinstance(event_id, bool):
        event_id = str(event_id)
    if not isinstance(event_id, str) or not 1 <= len(event_id) <= 255 or not is_storable(event_id):
        event_id = body_id
    data = {} if envelope.get("data") is None else envelope["data"]
    times = {"sentDate": envelope.get("sentDate")}
    if isinstance(data, dict):
        times["data.createdAt"] = data.get("createdAt")
    parsed = {where: parse_time(value) for where, value in times.items()}
    unreadable = [where for where, time in parsed.items() if time is None and times[where] not in (None, "")]
    implausible = [where for where, time in parsed.items() if time and not _is_plausible(time, received_at)]
    sent_at = None if "sentDate" in implausible else parsed["sentDate"]
    occurred_at = parsed.get("data.createdAt") or sent_at or received_at
    # The sender's clock was ahead; nobody can have waited for a negative time.
    if "data.createdAt" in implausible or occurred_at > received_at:
        occurred_at = received_at
    wrong = ", ".join(f"{where} = {str(times[where])[:100]}" for where in unreadable + implausible)
    return Event(name, event_id, received_at, occurred_at, sent_at, data, implausible_times=wrong)


def _read_envelope(body: bytes) -> dict[str, Any]:
    try:
        envelope = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise ContentError(Problem.TOO_DEEP) from None
    except ValueError as error:
        raise ContentError(Problem.NOT_JSON, str(error)[:200]) from None
    if not isinstance(envelope, dict):
        raise ContentError(Problem.WRONG_TYPE, "(body)")
    return envelope


def _read_name(envelope: dict[str, Any]) -> str:
    name = envelope.get("event")
    if name is None:
        raise ContentError(Problem.MISSING, "event")
    if not isinstance(name, str):
        raise ContentError(Problem.WRONG_TYPE, "event")
    if not 1 <= len(name) <= 100 or not is_storable(name):
        raise ContentError(Problem.INVALID, "event")
    return name


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def parse_time(value: Any) -> datetime | None:
    """A time in UTC from either of the sender's two formats, or None. The format without a zone is UTC as well.

    Source: the vendor's recorded examples, in which both formats follow each other within one session.
    """
    if not isinstance(value, str) or not TIME.fullmatch(value.strip()):
        return None
    try:
        parsed = parse_datetime(value.strip())
    except ValueError:
        return None
    if parsed is None:
        return None
    try:
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except OverflowError:  # at either end of the calendar, where the zone does not matter
        return parsed.replace(tzinfo=UTC)


def _is_plausible(time: datetime, received_at: datetime) -> bool:
    return EARLIEST <= time <= received_at + FURTHEST_AHEAD
