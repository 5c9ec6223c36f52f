"""Decides about due first replies, one ticket after another; any number of workers can run in parallel.

Each QuestionRequest row is locked while it is decided. The message, its dispatch and the decision are written in one
transaction, so that a crash leaves all or nothing, and a ticket has one row. From then on it is sent like any other
message (sending/dispatcher.py).
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from helpdesk.conversations.actions.asking import send_question
from helpdesk.conversations.first_reply.decision import reason_not_to_ask, situation_now
from helpdesk.conversations.first_reply.scheduling import NAME, enqueue_first_replies
from helpdesk.conversations.first_reply.texts import prepare
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import QuestionRequest
from helpdesk.courses.models import Learner
from helpdesk.operations.clock import database_now
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.subscribers import acting_for

logger = logging.getLogger(__name__)
State, Reason = QuestionRequest.State, QuestionRequest.Reason

RUN_SECONDS = 10  # then other jobs have their turn
MOST_ATTEMPTS = 3
PAUSE = timedelta(minutes=5)


def decide_due() -> None:
    """Decide about what is due for about RUN_SECONDS; another job continues with the rest."""
    ends_at = time.monotonic() + RUN_SECONDS
    while decide_next():
        if time.monotonic() > ends_at:
            enqueue_first_replies()
            return


@transaction.atomic
def decide_next() -> bool:
    """Decide about the request that is due longest; False if there is none. If it fails by a bug, it is put off."""
    request = claim()
    if request is None:
        return False
    try:
        with transaction.atomic(), acting_for(NAME), in_installation_language(), timezone.override(request.team.zone):
            _decide(request)
    except Exception:
        logger.exception("The first reply on ticket %s could not be written", request.ticket_id)
        _put_off(request)
    return True


def claim() -> QuestionRequest | None:
    """Lock the next due request until the end of the transaction; None if there is none."""
    due = QuestionRequest.objects.due(database_now()).select_for_update(of=("self",), skip_locked=True)
    return due.select_related("team", "first_reply").first()


def _decide(request: QuestionRequest) -> None:
    now = database_now()
    ticket = _lock(request)
    reply = request.first_reply
    prepared = prepare(reply, ticket, now) if reply else None
    situation = situation_now(
        ticket,
        now,
        is_switched_on=bool(reply and reply.is_enabled),
        is_complete=bool(prepared and not prepared.unresolved),
    )
    reason = reason_not_to_ask(situation)
    if reason or prepared is None:
        _keep_reason(request, reason or Reason.SWITCHED_OFF, now)
    else:
        send_question(ticket, Actor.system(), request, prepared, situation.address)


def _lock(request: QuestionRequest) -> Ticket:
    """Lock the learner, then the ticket, in the same order as everywhere, so that their e-mails take turns."""
    learner = Ticket.objects.values_list("learner", flat=True).get(pk=request.ticket_id)
    Learner.objects.select_for_update(no_key=True).get(pk=learner)
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("team", "learner", "course", "lesson__course").get(pk=request.ticket_id)


def _keep_reason(request: QuestionRequest, reason: QuestionRequest.Reason, at: datetime) -> None:
    request.state, request.reason, request.decided_at = State.NOT_SENT, reason, at
    request.save(update_fields=["state", "reason", "decided_at", "attempts"])


def _put_off(request: QuestionRequest) -> None:
    request.attempts += 1
    if request.attempts >= MOST_ATTEMPTS:
        _keep_reason(request, Reason.ERROR, database_now())
        return
    request.due_at = database_now() + PAUSE
    request.save(update_fields=["attempts", "due_at"])
    enqueue_first_replies(request.due_at)
