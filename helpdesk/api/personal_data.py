"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from helpdesk.api.framework.idempotency import KEPT_HOURS
from helpdesk.api.models import IdempotentRequest
from helpdesk.conversations.models import Attachment
from helpdesk.privacy.purposes import INTEGRATIONS
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import hours
from helpdesk.tickets.models import Message, Ticket


def _kept_answers(person: Person) -> Rows:
    """All stored responses of the team, a day's worth: a request from before the erasure may be stored after it."""
    return IdempotentRequest.objects.filter(team=person.team_id).exclude(body="null", headers={})


def is_about(person: Person, kept: IdempotentRequest) -> bool:
    """Whether a stored response has the learner's address, or is one of their tickets or something written there."""
    if kept.body == "null":
        return False
    answer = json.loads(kept.body)
    if not isinstance(answer, dict):
        return False
    if any(person.is_addressed_in(text) for text in _texts(answer)):
        return True
    tickets = Ticket.objects.filter(learner=person.learner_id)
    number, key = answer.get("number", answer.get("ticket")), answer.get("id")
    if isinstance(number, int):
        return tickets.filter(number=number).exists()
    if not isinstance(key, int):
        return False
    # Recognised by fields that only these resources have: tags and views have an `id`, too.
    if "body" in answer and answer.keys() & {"mentions", "channel"}:
        return Message.objects.filter(pk=key, ticket__in=tickets).exists()
    if {"sha256", "content_type"} <= answer.keys():
        return Attachment.objects.filter(pk=key, ticket__in=tickets).exists()
    return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


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
        values={"body": "null", "headers": {}},
    ),
    Impersonal("api.IdempotentRequest", "client key fingerprint", "Which program asked, and a hash of its request."),
    Impersonal("api.RateWindow", "client", "The key of a token, a person or a team, for an hour."),
    Impersonal(
        "api.Token",
        "name token_hash hint scopes networks last_used_from",
        "A program of the team’s, and where it runs.",
    ),
]
