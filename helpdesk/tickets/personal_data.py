"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import ANSWERING, TEAMWORK, WITH_LEARNER, WITH_TEAM

DECLARED = [
    Holding(
        "tickets.Ticket", Subject.LEARNER, "question", ANSWERING, WITH_LEARNER, Erasure.BLANK, learner="learner"
    ),
    Holding(
        "tickets.Message",
        Subject.LEARNER,
        "body quoted author_name author_email mentions",
        ANSWERING,
        WITH_LEARNER,
        Erasure.BLANK,
        learner="ticket__learner",
    ),
    Holding(
        "tickets.TicketEvent",
        Subject.LEARNER,
        "actor_name facts old_value new_value",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        learner="ticket__learner",
    ),
    Holding("tickets.SavedView", Subject.LEARNER, "query", TEAMWORK, WITH_LEARNER, Erasure.BLANK, is_exported=False),
    Holding("tickets.Message", Subject.MEMBER, "author_name", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.TicketEvent", Subject.MEMBER, "actor_name facts", TEAMWORK, WITH_TEAM, Erasure.KEPT),
    Holding("tickets.SavedView", Subject.MEMBER, "name query", TEAMWORK, WITH_TEAM, Erasure.DELETE),
    Impersonal("tickets.TicketEvent", "attribute", "Which attribute it was."),
    Impersonal("tickets.Tag", "name", "What tickets are about; the team sees to it that no tag names anybody."),
]
