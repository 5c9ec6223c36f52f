"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from helpdesk.integrations.disclosures import note_disclosures
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.privacy.pseudonymization import without_address
from helpdesk.privacy.purposes import INTEGRATIONS
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import BY_RETENTION, FROM_US


def _export_delivery(person: Person, delivery: WebhookDelivery) -> dict[str, Any]:
    """Who was sent what and when, without the body: it repeats the rest of the export, and has colleagues'
    addresses.
    """
    return {
        "created_at": delivery.created_at,
        "event": delivery.event,
        "state": delivery.get_state_display(),
        "receiver": urlsplit(delivery.endpoint.url).hostname or "",
    }


def _deliveries(person: Person) -> Rows:
    return WebhookDelivery.objects.filter(ticket__learner=person.learner_id).select_related("endpoint")


def _delete_attempts(person: Person, rows: list[DeliveryAttempt]) -> None:
    """Delete the attempts; which receivers got the learner's data is kept as disclosures."""
    attempts = DeliveryAttempt.objects.filter(pk__in=[row.pk for row in rows])
    note_disclosures(attempts)
    attempts.delete()


def _delete(person: Person, rows: list[WebhookDelivery]) -> None:
    """Delete the deliveries, with any attempts made since `_delete_attempts` ran; disclosures are kept, too."""
    pks = [row.pk for row in rows]
    note_disclosures(DeliveryAttempt.objects.filter(delivery__in=pks))
    WebhookDelivery.objects.filter(pk__in=pks).delete()


def _deliveries_about_others(person: Person) -> Rows:
    endpoints = WebhookEndpoint.objects.filter(team=person.team_id)
    return WebhookDelivery.objects.filter(endpoint__in=endpoints).exclude(ticket__learner=person.learner_id)


def _mentions(person: Person, delivery: WebhookDelivery) -> bool:
    body = json.loads(delivery.body)
    return bool(body != without_address(person, body))


def _put_pseudonym(person: Person, rows: list[WebhookDelivery]) -> None:
    for delivery in rows:
        body = without_address(person, json.loads(delivery.body))
        WebhookDelivery.objects.filter(pk=delivery.pk).update(body=json.dumps(body, ensure_ascii=False))


DECLARED = [
    Holding(
        "integrations.DeliveryAttempt",
        Subject.LEARNER,
        "answer details",
        INTEGRATIONS,
        BY_RETENTION,
        Erasure.DELETE,
        is_exported=False,
        learner="delivery__ticket__learner",
        erase_rows=_delete_attempts,
    ),
    Holding(
        "integrations.WebhookDelivery",
        Subject.LEARNER,
        "body",
        INTEGRATIONS,
        BY_RETENTION,
        Erasure.DELETE,
        origin=FROM_US,
        view=_export_delivery,
        find=_deliveries,
        erase_rows=_delete,
    ),
    Holding(
        "integrations.WebhookDelivery",
        Subject.LEARNER,
        "body",
        INTEGRATIONS,
        BY_RETENTION,
        Erasure.PSEUDONYM,
        is_exported=False,
        part="of-others",
        find=_deliveries_about_others,
        matches=_mentions,
        erase_rows=_put_pseudonym,
    ),
    Impersonal("integrations.WebhookDelivery", "webhook_id event", "Random bits, and what kind of event it is."),
    Impersonal("integrations.Disclosure", "receiver", "A program of the team’s."),
    Impersonal("integrations.DeliveryAttempt", "url signature", "Where it went, and the signature of its body."),
    Impersonal(
        "integrations.WebhookEndpoint",
        "url description events secret previous_secret disabled_reason",
        "A program of the team’s, what it is told, and why no more.",
    ),
]
