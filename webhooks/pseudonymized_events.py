"""Events of others that name somebody who is erased: a pseudonym takes their place; the rest stays."""

from __future__ import annotations

import json
from typing import Any

from helpdesk.privacy.register import Person
from webhooks.events import ContentError, decompress
from webhooks.handlers import handler_of
from webhooks.models import Delivery


def text_of(delivery: Delivery) -> str:
    """The body as text; empty where it cannot be decompressed."""
    try:
        return decompress(bytes(delivery.body), delivery.content_encoding).decode(errors="replace")
    except ContentError:
        return ""


def without_person(person: Person, delivery: Delivery) -> bytes | None:
    """The body of somebody else's event without their address; None where it has none of it, and empty where it has
    and cannot be read, so that nobody can tell what else is theirs.
    """
    text = text_of(delivery)
    try:
        content = json.loads(text)
        rest = pseudonymize(person, content, is_handled=handler_of(delivery.event) is not None)
    except (ValueError, RecursionError):
        return b"" if person.is_addressed_in(text) else None
    return None if rest == content else json.dumps(rest).encode()


def pseudonymize(person: Person, content: Any, *, is_handled: bool) -> Any:
    """What JSON gave without their address.

    A producer's address stays, even one who tried their own course as a learner: an event needs it to be processed,
    and what is held of producers is the team's to keep.
    """
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, dict) or "producer" not in data:
        return _clean(person, content, is_handled=is_handled)
    others = {name: each for name, each in data.items() if name != "producer"}
    rest = _clean(person, content | {"data": others}, is_handled=is_handled)
    if isinstance(rest.get("data"), dict):
        rest["data"]["producer"] = data["producer"]
    return rest


def _clean(person: Person, value: Any, *, is_handled: bool) -> Any:
    """The value without their address. Of an object that bears it as its own, as a buyer does, nothing else is left
    where no handler reads the event; where one does, what it reads stays.
    """
    if isinstance(value, str):
        return person.without_address(value)
    if isinstance(value, list):
        return [_clean(person, each, is_handled=is_handled) for each in value]
    if not isinstance(value, dict):
        return value
    own = [name for name, each in value.items() if isinstance(each, str) and each.strip().lower() == person.email]
    if own and not is_handled:
        return dict.fromkeys(own, person.pseudonym)
    return {person.without_address(name): _clean(person, each, is_handled=is_handled) for name, each in value.items()}
