"""Events of which nothing is made, for want of a handler or by a fault: erased learners are taken out of them."""

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
from helpdesk.ui.names import clean_key, is_address
from webhooks.events import Event, is_storable
from webhooks.handlers import handler_of
from webhooks.handlers.records import Records
from webhooks.models import Delivery
from webhooks.pseudonymized_events import pseudonymize, text_of

MOST_ADDRESSES = 1_000  # of one event
LONGEST = 1_000  # characters of a text that is cleaned, to see whether it is an address
# What may be an address where no JSON says where one ends. Nothing follows that a run would be read again for, however
# long it is: a sender chooses it, and no other thread runs meanwhile.
RUN = re.compile(r"[^\s\"'<>()\[\]{},;:\\]{3,}")
PART = re.compile(r"[?&=]")  # between what a form sends, in a URL or as a body


def without_erased(records: Records, unhandled: Sequence[tuple[Delivery, Event]]) -> dict[int, bytes]:
    """The bodies, by key, of those deliveries that are about an erased learner, without that learner; empty where it is
    about nobody else, or cannot be read. One that begins a new record of the learner is left out.

    Where the learner of a handled event can be told, that is who it is about; of any other, whoever's address stands
    there by itself, as a buyer's does, and of what cannot be read, in any place. A producer's is none of these.
    """
    if not tombstones.has_any(records.team.pk):  # asked first: nothing needs to be read then
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
    """Its body without any of these; empty where it cannot be read, or would still have one. By whose address an event
    came, nobody can tell any more: one pseudonym stands for all.
    """
    try:
        content = json.loads(text_of(delivery))
        for email in erased:
            content = pseudonymize(Person(delivery.team_id, 0, email, "", timezone.now()), content, is_handled=False)
    except (ValueError, RecursionError):
        return b""
    return b"" if erased & set(_addresses_in(_texts(content))) else json.dumps(content).encode()


def _own_addresses(delivery: Delivery) -> set[str]:
    """The e-mail addresses in the delivery's text, written as learners' are stored."""
    text = text_of(delivery)
    try:
        texts = _texts(json.loads(text))
    except (ValueError, RecursionError):
        texts = _parts_of(text)
    return set(islice(_addresses_in(texts), MOST_ADDRESSES))


def _addresses_in(texts: Iterator[str]) -> Iterator[str]:
    for each in texts:
        if "@" not in each or len(each) > LONGEST or not is_storable(each):  # no learner is called that, or can be
            continue
        if is_address(address := clean_key(each)):
            yield address


def _parts_of(text: str) -> Iterator[str]:
    """What may be an address in what is no JSON: as it is, as HTML, and as a form sends it."""
    for read in dict.fromkeys([text, html.unescape(text), unquote(text)]):
        for run in RUN.finditer(read):
            yield run[0]
            yield from PART.split(run[0])


def _texts(content: Any) -> Iterator[str]:
    """All that stand in it, but for the producer's; one after the other, however deep."""
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
