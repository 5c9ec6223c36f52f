"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.api.framework.idempotency import KEPT_HOURS
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import INTEGRATIONS, hours

DECLARED = [
    Holding(
        "api.IdempotentRequest",
        Subject.LEARNER,
        "headers body",
        INTEGRATIONS,
        hours(KEPT_HOURS),
        Erasure.BLANK,
        is_exported=False,
    ),
    Impersonal("api.IdempotentRequest", "client key fingerprint", "Which program asked, and a hash of its request."),
    Impersonal("api.RateWindow", "client", "The key of a token, a person or a team, for an hour."),
    Impersonal("api.Token", "name token_hash hint", "A program of the team’s."),
]
