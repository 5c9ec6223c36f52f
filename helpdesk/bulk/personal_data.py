"""Declares the personal data that this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.purposes import TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import WITH_TEAM, WITH_TICKET

DECLARED = [
    Holding(
        "bulk.BulkChangeItem",
        Subject.LEARNER,
        "reason before after",
        TEAMWORK,
        WITH_TICKET,
        Erasure.BLANK,
        is_exported=False,
        learner="ticket__learner",
    ),
    Holding("bulk.BulkChange", Subject.MEMBER, "actor_name undo_actor_name", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Impersonal("bulk.BulkChange", "language value not_found", "Which change it was, and numbers of tickets."),
]
