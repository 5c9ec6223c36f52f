"""Reading an event out of the raw bytes of a delivery."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from webhooks.models import Delivery

Problem = Delivery.Problem


class ContentError(Exception):
    """The event's content is not what it should be; says which problem it has, and where."""

    def __init__(self, problem: Delivery.Problem, where: str = "") -> None:
        super().__init__(f"{problem}: {where}")
        self.problem = problem
        self.where = where


@dataclass(frozen=True)
class Event:
    """The envelope that all Eduzz events share; `flaw` is set where the content cannot be handled at all."""

    name: str
    id: str
    received_at: datetime
    sent_at: datetime | None = None
    data: Any = field(default_factory=dict)
    flaw: ContentError | None = None

    @property
    def occurred_at(self) -> datetime:
        """When it happened: its createdAt, else its sentDate, else when we got it (UTC)."""
        created_at = self.data.get("createdAt") if isinstance(self.data, dict) else None
        return parse_time(created_at) or self.sent_at or self.received_at

    def value(self, path: str) -> Any:
        """What stands at `learner.email` or `courses.0.hash` within `data`; None where nothing does."""
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
        """A text, empty where there is none, cut at `longest` characters.

        Raises ContentError where something else stands there, or a text that PostgreSQL cannot hold.
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
        return found.strip()[:longest]

    def required_text(self, path: str, *, longest: int = 255) -> str:
        """A text that must be there and must not need cutting."""
        found = self.text(path, longest=longest + 1)
        if not found:
            raise ContentError(Problem.MISSING, f"data.{path}")
        if len(found) > longest:
            raise ContentError(Problem.INVALID, f"data.{path}")
        return found

    def email(self, path: str) -> str:
        """An e-mail address that must be there, in lower case."""
        found = self.required_text(path, longest=254).lower()
        name, at, host = found.rpartition("@")
        if not (name and at and host) or any(character.isspace() for character in found):
            raise ContentError(Problem.INVALID, f"data.{path}")
        return found

    def number(self, path: str, *, largest: int) -> int | None:
        """A whole number from 0 to `largest`, or None where there is none."""
        found = self.value(path)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise ContentError(Problem.WRONG_TYPE, f"data.{path}")
        if not 0 <= found <= largest:
            raise ContentError(Problem.INVALID, f"data.{path}")
        return round(found)


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def parse_time(value: Any) -> datetime | None:
    """A time in UTC of either of the sender's two forms, or None. The form without a zone is UTC as well.

    Source: the vendor's recorded examples, where both forms follow each other within one session.
    """
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        parsed = parse_datetime(value.strip())
        if parsed is None:
            return None
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_event(body: bytes, received_at: datetime) -> Event:
    """The event in these bytes; never raises, since an authentic delivery is kept whatever is inside it."""
    body_id = f"sha256:{hashlib.sha256(body).hexdigest()}"
    try:
        envelope = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        return Event("", body_id, received_at, flaw=ContentError(Problem.TOO_DEEP))
    except ValueError as error:
        return Event("", body_id, received_at, flaw=ContentError(Problem.NOT_JSON, str(error)[:200]))
    if not isinstance(envelope, dict):
        return Event("", body_id, received_at, flaw=ContentError(Problem.WRONG_TYPE, "(body)"))
    # What cannot be told by its event name is told by its bytes, so that two flawed events never pass for one.
    sent_at = parse_time(envelope.get("sentDate"))
    name = envelope.get("event")
    flaw = _flaw_of_name(name)
    if flaw:
        return Event("", body_id, received_at, sent_at, flaw=flaw)
    event_id = envelope.get("id")
    if not isinstance(event_id, str) or not 1 <= len(event_id) <= 255 or not is_storable(event_id):
        event_id = body_id
    data = envelope.get("data")
    return Event(str(name), event_id, received_at, sent_at, {} if data is None else data)


def _flaw_of_name(name: Any) -> ContentError | None:
    if name is None:
        return ContentError(Problem.MISSING, "event")
    if not isinstance(name, str):
        return ContentError(Problem.WRONG_TYPE, "event")
    if not 1 <= len(name) <= 100 or not is_storable(name):
        return ContentError(Problem.INVALID, "event")
    return None


def _refuse_constant(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
