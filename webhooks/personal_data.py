"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import DELIVERY, WITH_LEARNER, days
from webhooks.quarantine import MAX_AGE

DECLARED = [
    Holding("webhooks.Delivery", Subject.LEARNER, "body reason", DELIVERY, WITH_LEARNER, Erasure.BLANK),
    Holding(
        "webhooks.UnverifiedDelivery",
        Subject.LEARNER,
        "body",
        DELIVERY,
        days(MAX_AGE.days),
        Erasure.DELETE,
        is_exported=False,
    ),
    Impersonal("webhooks.Delivery", "content_encoding event event_id", "By which the same event is known again."),
    Impersonal("webhooks.UnverifiedDelivery", "content_encoding signature digest", "Hashes of its body."),
    Impersonal("webhooks.SigningKey", "key hint", "What Eduzz signs with."),
    Impersonal("webhooks.Source", "id name health_reports checked_steps", "A connection, and how it does."),
]
