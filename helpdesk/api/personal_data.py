"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

import json

from helpdesk.api.framework.idempotency import KEPT_HOURS
from helpdesk.api.models import IdempotentRequest
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import INTEGRATIONS, hours
from helpdesk.tickets.models import Message


def _kept_answers(person: Person) -> Rows:
    return IdempotentRequest.objects.filter(team=person.team_id, created_at__lte=person.until).exclude(body="null")


def is_about(person: Person, kept: IdempotentRequest) -> bool:
    """Whether an answer names them, or is what was written on one of their tickets, which names nobody."""
    text = kept.body.lower()
    if any(word in text for word in person.words):
        return True
    answer = json.loads(kept.body)
    if not (isinstance(answer, dict) and "body" in answer and isinstance(answer.get("id"), int)):
        return False
    return Message.objects.filter(pk=answer["id"], ticket__learner=person.learner_id).exists()


DECLARED = [
    Holding(
        "api.IdempotentRequest",
        Subject.LEARNER,
        "headers body",
        INTEGRATIONS,
        hours(KEPT_HOURS),
        Erasure.BLANK,
        is_exported=False,
        find=_kept_answers,
        matches=is_about,
        values={"body": "null"},
    ),
    Impersonal("api.IdempotentRequest", "client key fingerprint", "Which program asked, and a hash of its request."),
    Impersonal("api.RateWindow", "client", "The key of a token, a person or a team, for an hour."),
    Impersonal("api.Token", "name token_hash hint", "A program of the team’s."),
]
