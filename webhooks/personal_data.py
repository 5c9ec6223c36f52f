"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from typing import Any

from helpdesk.privacy.purposes import DELIVERY
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import BY_RETENTION, FROM_EDUZZ, days
from webhooks.claims import forget_bodies, replace_body
from webhooks.events import read_event
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.pseudonymized_events import text_of, without_person
from webhooks.quarantine import MAX_AGE


def _deliveries(person: Person) -> Rows:
    """All of the team's deliveries until then, because only their bodies show whom they are about or mention."""
    return Delivery.objects.filter(team=person.team_id, received_at__lte=person.until).exclude(body=b"")


def _unverified(person: Person) -> Rows:
    return UnverifiedDelivery.objects.filter(source__team=person.team_id, received_at__lte=person.until)


def is_about(person: Person, delivery: Delivery | UnverifiedDelivery) -> bool:
    """Whether the person is the event's learner."""
    event = read_event(bytes(delivery.body), delivery.received_at, delivery.content_encoding)
    return event.learner_email == person.email


def is_about_or_names(person: Person, delivery: Delivery) -> bool:
    """Whether the person is the event's learner, or their address occurs in it other than as a producer's."""
    return is_about(person, delivery) or without_person(person, delivery) is not None


def _export(person: Person, delivery: Delivery) -> dict[str, Any] | None:
    """What Eduzz said about the person; events about others that only name them are left out."""
    if not is_about(person, delivery):
        return None
    return {"event": delivery.event, "received_at": delivery.received_at, "body": text_of(delivery)}


def _forget(person: Person, rows: list[Delivery]) -> None:
    """Empty deliveries that are about the person, or that name them and cannot be read.

    Others only lose the person's address.
    """
    theirs = [delivery.pk for delivery in rows if is_about(person, delivery)]
    for delivery in rows:
        if delivery.pk in theirs or (body := without_person(person, delivery)) is None:
            continue
        if body:
            replace_body(delivery.pk, body, person.without_address(delivery.reason))
        else:
            theirs.append(delivery.pk)
    forget_bodies(theirs)


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
        by_address=True,
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
        by_address=True,
        matches=is_about,
    ),
    Impersonal("webhooks.Delivery", "content_encoding event event_id", "By which the same event is known again."),
    Impersonal("webhooks.UnverifiedDelivery", "content_encoding signature digest", "Hashes of its body."),
    Impersonal("webhooks.SigningKey", "key hint", "What Eduzz signs with."),
    Impersonal("webhooks.Source", "id name networks health_reports checked_steps", "A source, and how it does."),
]
