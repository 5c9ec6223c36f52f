"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

import json
from contextlib import suppress

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import DELIVERY, WITH_LEARNER, days
from helpdesk.ui.names import to_nfc
from webhooks.claims import forget_bodies
from webhooks.events import ContentError, decompress, read_event
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.quarantine import MAX_AGE


def _deliveries(person: Person) -> Rows:
    """All of the team's until then: only their bytes tell whom they are about."""
    return Delivery.objects.filter(team=person.team_id, received_at__lte=person.until).exclude(body=b"")


def _unverified(person: Person) -> Rows:
    return UnverifiedDelivery.objects.filter(source__team=person.team_id, received_at__lte=person.until)


def speaks_of(person: Person, delivery: Delivery | UnverifiedDelivery) -> bool:
    """Whether it is about them, or their address stands anywhere in it, however compressed, escaped or capitalised."""
    body = bytes(delivery.body)
    if read_event(body, delivery.received_at, delivery.content_encoding).learner_email == person.email:
        return True
    with suppress(ContentError):
        body = decompress(body, delivery.content_encoding)
    text = body.decode(errors="replace")
    with suppress(ValueError, RecursionError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return person.email in to_nfc(text).lower()


def _forget_bodies(person: Person, rows: list[Delivery]) -> None:
    forget_bodies([delivery.pk for delivery in rows])


DECLARED = [
    Holding(
        "webhooks.Delivery",
        Subject.LEARNER,
        "body reason",
        DELIVERY,
        WITH_LEARNER,
        Erasure.BLANK,
        find=_deliveries,
        matches=speaks_of,
        erase_rows=_forget_bodies,
        batch=500,
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
        matches=speaks_of,
    ),
    Impersonal("webhooks.Delivery", "content_encoding event event_id", "By which the same event is known again."),
    Impersonal("webhooks.UnverifiedDelivery", "content_encoding signature digest", "Hashes of its body."),
    Impersonal("webhooks.SigningKey", "key hint", "What Eduzz signs with."),
    Impersonal("webhooks.Source", "id name health_reports checked_steps", "A connection, and how it does."),
]
