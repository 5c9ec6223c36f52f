"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.integrations.tasks import KEPT
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import INTEGRATIONS, days

DECLARED = [
    Holding(
        "integrations.WebhookDelivery",
        Subject.LEARNER,
        "body",
        INTEGRATIONS,
        days(KEPT.days),
        Erasure.DELETE,
        learner="ticket__learner",
    ),
    Holding(
        "integrations.DeliveryAttempt",
        Subject.LEARNER,
        "answer details",
        INTEGRATIONS,
        days(KEPT.days),
        Erasure.DELETE,
        is_exported=False,
        learner="delivery__ticket__learner",
    ),
    Impersonal("integrations.WebhookDelivery", "webhook_id event", "Random bits, and what kind of event it is."),
    Impersonal("integrations.DeliveryAttempt", "url signature", "Where it went, and the signature of its body."),
    Impersonal(
        "integrations.WebhookEndpoint",
        "url description events secret previous_secret disabled_reason",
        "A program of the team’s, what it is told, and why no more.",
    ),
]
