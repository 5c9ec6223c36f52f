"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

import json
from typing import Any

from helpdesk.privacy.purposes import DELIVERY
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import BY_RETENTION, FROM_EDUZZ, days
from webhooks.claims import forget_bodies
from webhooks.events import ContentError, decompress, read_event
from webhooks.handlers import handler_of
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.quarantine import MAX_AGE


def _deliveries(person: Person) -> Rows:
    """All of the team's until then: only their bytes tell whom they are about, or name."""
    return Delivery.objects.filter(team=person.team_id, received_at__lte=person.until).exclude(body=b"")


def _unverified(person: Person) -> Rows:
    return UnverifiedDelivery.objects.filter(source__team=person.team_id, received_at__lte=person.until)


def is_about(person: Person, delivery: Delivery | UnverifiedDelivery) -> bool:
    """Whether they are its learner."""
    event = read_event(bytes(delivery.body), delivery.received_at, delivery.content_encoding)
    return event.learner_email == person.email


def is_about_or_names(person: Person, delivery: Delivery) -> bool:
    """Whether they are its learner, or it has their address where it does not stand for a producer."""
    return is_about(person, delivery) or _without(person, delivery) is not None


def _without(person: Person, delivery: Delivery) -> bytes | None:
    """The body of somebody else's event without their address; None where it has none of it, or cannot be read.

    A producer's address stays, even one who tried their own course as a learner: an event needs it to be processed,
    and what is held of producers is the team's to keep.
    """
    try:
        text = decompress(bytes(delivery.body), delivery.content_encoding).decode(errors="replace")
    except ContentError:
        return None
    try:
        content = json.loads(text)
        data = content.get("data") if isinstance(content, dict) else None
        producer = data.pop("producer", None) if isinstance(data, dict) else None
        cleaned = _clean(person, content, is_handled=handler_of(delivery.event) is not None)
        if cleaned == content:
            return None
        if producer is not None and isinstance(cleaned.get("data"), dict):
            cleaned["data"]["producer"] = producer
        return json.dumps(cleaned).encode()
    except (ValueError, RecursionError):
        return person.without_address(text).encode() if person.is_addressed_in(text) else None


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


def _export(person: Person, delivery: Delivery) -> dict[str, Any] | None:
    """What Eduzz said of them; not what it said of others and names them in."""
    if not is_about(person, delivery):
        return None
    body = decompress(bytes(delivery.body), delivery.content_encoding).decode(errors="replace")
    return {"event": delivery.event, "received_at": delivery.received_at, "body": body}


def _forget(person: Person, rows: list[Delivery]) -> None:
    """Empty what is about them. What is about others loses the address, and goes on to be what it was."""
    theirs = [delivery.pk for delivery in rows if is_about(person, delivery)]
    forget_bodies(theirs)
    for delivery in rows:
        if delivery.pk not in theirs and (body := _without(person, delivery)) is not None:
            reason = person.without_address(delivery.reason)
            Delivery.objects.filter(pk=delivery.pk).update(body=body, content_encoding="", reason=reason)


DECLARED = [
    Holding(
        "webhooks.Delivery",
        Subject.LEARNER,
        "body reason",
        DELIVERY,
        BY_RETENTION,
        Erasure.BLANK,
        origin=FROM_EDUZZ,
        find=_deliveries,
        matches=is_about_or_names,
        view=_export,
        erase_rows=_forget,
    ),
    Holding(
        "webhooks.UnverifiedDelivery",
        Subject.LEARNER,
        "body",
        DELIVERY,
        days(MAX_AGE.days),
        Erasure.DELETE,
        is_exported=False,
        find=_unverified,
        matches=is_about,
    ),
    Impersonal("webhooks.Delivery", "content_encoding event event_id", "By which the same event is known again."),
    Impersonal("webhooks.UnverifiedDelivery", "content_encoding signature digest", "Hashes of its body."),
    Impersonal("webhooks.SigningKey", "key hint", "What Eduzz signs with."),
    Impersonal("webhooks.Source", "id name networks health_reports checked_steps", "A source, and how it does."),
]
