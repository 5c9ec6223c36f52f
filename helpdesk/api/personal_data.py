"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

import json

from helpdesk.api.framework.idempotency import KEPT_HOURS
from helpdesk.api.models import IdempotentRequest
from helpdesk.conversations.models import Attachment
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import INTEGRATIONS, hours
from helpdesk.tickets.models import Message, Ticket


def _kept_answers(person: Person) -> Rows:
    return IdempotentRequest.objects.filter(team=person.team_id, created_at__lte=person.until).exclude(body="null")


def is_about(person: Person, kept: IdempotentRequest) -> bool:
    """Whether an answer names them, or is one of their tickets or what was written there, which may name nobody."""
    text = kept.body.lower()
    if any(word in text for word in person.words):
        return True
    answer = json.loads(kept.body)
    if not isinstance(answer, dict):
        return False
    tickets = Ticket.objects.filter(learner=person.learner_id)
    number, key = answer.get("number", answer.get("ticket")), answer.get("id")
    if isinstance(number, int) and tickets.filter(number=number).exists():
        return True
    if not isinstance(key, int):
        return False
    messages, files = Message.objects.filter(pk=key), Attachment.objects.filter(pk=key)
    return messages.filter(ticket__in=tickets).exists() or files.filter(ticket__in=tickets).exists()


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
