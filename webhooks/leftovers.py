"""Events that make nothing, for want of a handler or by a fault of theirs: what is about the erased does not stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from helpdesk.courses.models import Learner
from helpdesk.privacy import tombstones
from helpdesk.ui.names import clean_key, is_address
from webhooks.events import ContentError, Event, decompress, is_storable
from webhooks.handlers import handler_of
from webhooks.handlers.records import Records
from webhooks.models import Delivery

MOST_ADDRESSES = 1_000  # of one event
LONGEST = 1_000  # characters of a text that is cleaned, to see whether it is an address
# What may be an address where no JSON says where one ends. Nothing follows that a run would be read again for, however
# long it is: a sender chooses it, and no other thread runs meanwhile.
RUN = re.compile(r"[^\s\"'<>()\[\]{},;:\\]{3,}")


def about_erased(records: Records, left: Sequence[tuple[Delivery, Event]]) -> list[int]:
    """The keys of those of them that are about somebody who was erased, and do not begin a new record of them.

    Where the learner of a handled event can be told, that is who it is about; of any other, whoever's address stands
    there by itself, as a buyer's does, and of what cannot be read, in any place. A producer's is none of these.
    """
    if not tombstones.has_any(records.team.pk):  # asked first: nothing needs to be read then
        return []
    found, addresses = [], {}
    for delivery, event in left:
        if event.learner_email and handler_of(event.name):
            if records.is_of_erased(event):
                found.append(delivery.pk)
        elif own := set(islice(_own_addresses(delivery), MOST_ADDRESSES)):
            addresses[delivery.pk] = event, own
    known = tombstones.tombstones_of(records.team.pk, {each for _event, own in addresses.values() for each in own})
    if not known:
        return found
    again = set(Learner.objects.for_team(records.team).filter(email__in=known).values_list("email", flat=True))
    for pk, (event, own) in addresses.items():
        erased = {each for each in own & known.keys() if known[each].stands_at(event.occurred_at)}
        if any(event.occurred_at <= known[each].erased_at or each not in again for each in erased):
            found.append(pk)
    return found


def _own_addresses(delivery: Delivery) -> Iterator[str]:
    """As learners' are stored."""
    try:
        text = decompress(bytes(delivery.body), delivery.content_encoding).decode(errors="replace")
    except ContentError:
        return
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        texts: Iterator[str] = (found[0] for found in RUN.finditer(text))
    else:
        texts = _texts(content)
    for each in texts:
        if "@" not in each or len(each) > LONGEST or not is_storable(each):  # no learner is called that, or can be
            continue
        if is_address(address := clean_key(each)):
            yield address


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
