"""Replaces an erased learner's address with a pseudonym in events that are about others."""

from __future__ import annotations

import json
from typing import Any

from helpdesk.privacy.register import Person
from webhooks.events import ContentError, decompress
from webhooks.handlers import handler_of
from webhooks.models import Delivery


def text_of(delivery: Delivery) -> str:
    """The body as text; empty if it cannot be decompressed."""
    try:
        return decompress(bytes(delivery.body), delivery.content_encoding).decode(errors="replace")
    except ContentError:
        return ""


def without_person(person: Person, delivery: Delivery) -> bytes | None:
    """The body of an event about others without the person's address; None if the address does not occur in it.

    Empty if the address occurs but the body cannot be read, so that nobody can tell what else is the person's.
    """
    text = text_of(delivery)
    try:
        content = json.loads(text)
        rest = pseudonymize(person, content, is_handled=handler_of(delivery.event) is not None)
    except (ValueError, RecursionError):
        return b"" if person.is_addressed_in(text) else None
    return None if rest == content else json.dumps(rest).encode()


def pseudonymize(person: Person, content: Any, *, is_handled: bool) -> Any:
    """The parsed JSON without the person's address.

    A producer's address stays, even if the producer was also a learner: events need it to be processed, and the team
    decides how long it keeps producers' data.
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
    """The value without the person's address.

    An object with the address as one of its values, such as a buyer, keeps nothing else if no handler reads the event;
    otherwise the rest stays for the handler.
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
