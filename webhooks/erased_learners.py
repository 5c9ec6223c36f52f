"""Removes erased learners from events that were not processed because they have no handler or failed."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import unquote

from django.utils import timezone

from helpdesk.courses.models import Learner
from helpdesk.privacy import tombstones
from helpdesk.privacy.register import Person
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.email_addresses import is_address
from webhooks.events import Event, is_storable
from webhooks.handlers import handler_of
from webhooks.handlers.records import Records
from webhooks.models import Delivery
from webhooks.pseudonymized_events import pseudonymize, text_of

MOST_ADDRESSES = 1_000  # looked for in an event
LONGEST = 1_000  # characters: longer texts are not checked for being an address
# A candidate for an address in text that is not JSON. Nothing follows the run that could make the expression backtrack:
# a sender chooses its length, and no other thread runs meanwhile.
RUN = re.compile(r"[^\s\"'<>()\[\]{},;:\\]{3,}")
PART = re.compile(r"[?&=]")  # separates the parts of a form, in a URL or in a body


def without_erased(records: Records, unhandled: Sequence[tuple[Delivery, Event]]) -> dict[int, bytes]:
    """The new bodies, by primary key, of those deliveries that are about an erased learner, without that learner.

    A body is empty if the event is about nobody else or cannot be read. An event that begins a new record of the
    learner is left out.

    If the event has a handler and its learner can be told, it is about that learner. Any other is about everybody whose
    address is a whole value in it, such as a buyer; if it cannot be read, about every address in it. Producers do not
    count.
    """
    if not tombstones.has_any(records.team.pk):  # asked first, so that usually nothing needs to be read
        return {}
    found: dict[int, bytes] = {}
    addresses: list[tuple[Delivery, Event, set[str]]] = []
    for delivery, event in unhandled:
        if event.learner_email and handler_of(event.name):
            if records.is_of_erased(event):
                found[delivery.pk] = b""
        elif own := _own_addresses(delivery):
            addresses.append((delivery, event, own))
    known = tombstones.tombstones_of(records.team.pk, {each for _delivery, _event, own in addresses for each in own})
    if not known:
        return found
    again = set(Learner.objects.for_team(records.team).filter(email__in=known).values_list("email", flat=True))
    for delivery, event, own in addresses:
        standing = {each for each in own & known.keys() if known[each].stands_at(event.occurred_at)}
        erased = {each for each in standing if event.occurred_at <= known[each].erased_at or each not in again}
        if erased:
            found[delivery.pk] = _pseudonymized(delivery, erased) if own - erased else b""
    return found


def _pseudonymized(delivery: Delivery, erased: set[str]) -> bytes:
    """The delivery's body without these addresses; empty if it cannot be read or would still contain one.

    Nobody can tell any more to which learner an address belonged, so one pseudonym stands for all.
    """
    try:
        content = json.loads(text_of(delivery))
        for email in erased:
            content = pseudonymize(Person(delivery.team_id, 0, email, "", timezone.now()), content, is_handled=False)
    except (ValueError, RecursionError):
        return b""
    return b"" if erased & set(_addresses_in(_texts(content))) else json.dumps(content).encode()


def _own_addresses(delivery: Delivery) -> set[str]:
    """The e-mail addresses in the delivery's body, normalized as learners' addresses are."""
    text = text_of(delivery)
    try:
        texts = _texts(json.loads(text))
    except (ValueError, RecursionError):
        texts = _parts_of(text)
    return set(islice(_addresses_in(texts), MOST_ADDRESSES))


def _addresses_in(texts: Iterator[str]) -> Iterator[str]:
    for each in texts:
        if "@" not in each or len(each) > LONGEST or not is_storable(each):  # no learner has such an address
            continue
        if is_address(address := clean_key(each)):
            yield address


def _parts_of(text: str) -> Iterator[str]:
    """Candidates for addresses in text that is not JSON: as it stands, as HTML and URL-encoded."""
    for read in dict.fromkeys([text, html.unescape(text), unquote(text)]):
        for run in RUN.finditer(read):
            yield run[0]
            yield from PART.split(run[0])


def _texts(content: Any) -> Iterator[str]:
    """All strings in the content other than the producer's, without recursion."""
    data = content.get("data") if isinstance(content, dict) else None
    if isinstance(data, dict):
        content = content | {"data": {name: each for name, each in data.items() if name != "producer"}}
    rest = [content]
    while rest:
        value = rest.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            rest += value.values()
        elif isinstance(value, list):
            rest += value
