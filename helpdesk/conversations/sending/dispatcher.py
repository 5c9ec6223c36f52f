"""Sends due dispatches, one after another; any number of workers can run in parallel.

A worker claims a dispatch for the time of its lease, and records when it starts to hand over the text. If it dies
before that, nothing was sent, and another worker sends it. If it dies after that, nobody knows; the e-mail is sent once
more under the same Message-ID, so that mail programs show it once. What the server has accepted is never sent again.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from functools import partial
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.delivery import note_sent
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.withdrawing_questions import question_to_withdraw, withdraw_question
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.sending.dispatches import send_to_present_address
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.conversations.sending.send_jobs import enqueue_sending
from helpdesk.conversations.sending.transport import HandOverRefused, SendResult, SendStatus, Transport
from helpdesk.operations.clock import database_now
from helpdesk.ui.email_addresses import is_mailable

logger = logging.getLogger(__name__)
State = Dispatch.State

RUN_SECONDS = 10  # then other jobs have their turn
# Longer than SMTP's ten steps, of EMAIL_TIMEOUT each at most, so that no worker loses its lease while sending.
LEASE = timedelta(minutes=6)
MOST_REPEATS = 1
# Wait after each attempt that the server defers, plus up to a tenth at random, or as long as it asks; a day in all.
RETRY_DELAYS = [timedelta(minutes=minutes) for minutes in (1, 4, 10, 30, 60, 120, 240, 420, 540)]
MOST_ATTEMPTS = len(RETRY_DELAYS) + 1
_random = Random()


def send_due() -> None:
    """Send what is due for about RUN_SECONDS; another job continues with the rest."""
    ends_at = time.monotonic() + RUN_SECONDS
    with Transport() as transport:
        while dispatch := claim():
            asked = _send(dispatch, transport)
            if asked:  # then the rest is tried after that, or one at a time by other jobs
                enqueue_sending(database_now() + asked)
                return
            if time.monotonic() > ends_at:
                enqueue_sending()
                return


def claim() -> Dispatch | None:
    """Lease the next due dispatch; None if there is none.

    Meanwhile, those that can no longer be sent fail, and questions that need no longer be asked are withdrawn.
    """
    while True:
        with transaction.atomic():
            dispatch = _next_due()
            if dispatch is None:
                return None
            if not dispatch.message.ticket.learner.erased_at:
                send_to_present_address(dispatch)
            reason = _reason_not_to_send(dispatch)
            question = None if reason else question_to_withdraw(dispatch)
            if not (reason or question):
                _lease(dispatch, database_now())
                return dispatch
        if question:
            with in_installation_language():
                withdraw_question(dispatch, question)
        else:
            note_failed(dispatch, State.FAILED, reason)


def _next_due() -> Dispatch | None:
    due = Dispatch.objects.due(database_now()).skip_locked("self")
    return due.select_related("team", "message__ticket__learner", "message__ticket__course").first()


def _lease(dispatch: Dispatch, now: datetime) -> None:
    if dispatch.handed_over_at:
        dispatch.repeats += 1
        with in_installation_language():
            detail = _("The mail server did not answer, so it is being sent again.")
        dispatch.events.create(state=State.SENDING, detail=detail)
    dispatch.state, dispatch.attempts, dispatch.handed_over_at = State.SENDING, dispatch.attempts + 1, None
    dispatch.leased_until = dispatch.next_try_at = now + LEASE
    fields = ["state", "attempts", "handed_over_at", "leased_until", "next_try_at", "repeats"]
    dispatch.save(update_fields=fields)


def _reason_not_to_send(dispatch: Dispatch) -> str:
    """The reason, for people; empty if it can be sent."""
    with in_installation_language():
        if dispatch.message.ticket.learner.erased_at:
            return _("This learner has been erased.")
        if not is_mailable(dispatch.recipient):
            invalid = _("No e-mail can be sent to %(address)s: it is not a valid address.")
            return invalid % {"address": dispatch.recipient}
        if dispatch.handed_over_at and dispatch.repeats >= MOST_REPEATS:
            return _("The mail server didn’t say whether it accepted it. Ask the learner before you send it again.")
        if dispatch.state == State.SENDING and dispatch.attempts >= MOST_ATTEMPTS:
            return _("Sending it crashed the worker several times.")
        suppressed = SuppressedAddress.objects.filter(team=dispatch.team_id, address=dispatch.recipient).first()
        return str(suppressed.get_reason_display()) if suppressed else ""


def _send(dispatch: Dispatch, transport: Transport) -> timedelta:
    """Send one; returns how long the mail server asks us to wait, usually zero."""
    try:
        email = email_of(dispatch)
    except FileNotFoundError:
        logger.exception("A file of message %s is gone", dispatch.message_id)
        with in_installation_language():
            reason = _("One of its files is gone. Reply again, with the file.")
        note_failed(dispatch, State.FAILED, reason)
        return timedelta(0)
    except Exception as error:
        # A bug of ours, or text that cannot be sent: put it off, so that it does not block the others.
        logger.exception("The e-mail of message %s could not be written", dispatch.message_id)
        result = SendResult(SendStatus.DEFERRED, type(error).__name__)
    else:
        try:
            result = transport.send(email, partial(_note_hand_over, dispatch))
        except HandOverRefused:
            return timedelta(0)
    _keep(dispatch, result)
    return result.retry_after


def _note_hand_over(dispatch: Dispatch) -> None:
    """Raises HandOverRefused if the lease has expired and another worker has taken it."""
    mine = Dispatch.objects.leased_as(dispatch)
    dispatch.handed_over_at = database_now()
    if not mine.update(handed_over_at=dispatch.handed_over_at):
        raise HandOverRefused


def _keep(dispatch: Dispatch, result: SendResult) -> None:
    match result.status:
        case SendStatus.ACCEPTED:
            note_sent(dispatch, result.provider_id)
        case SendStatus.UNKNOWN:
            _note_silence(dispatch, result)
        case SendStatus.REFUSED:
            _refuse(dispatch, result)
        case SendStatus.DEFERRED:
            _put_off(dispatch, result)


@transaction.atomic
def _note_silence(dispatch: Dispatch, result: SendResult) -> None:
    """Record that no answer came, unless the dispatch is no longer ours, as after its learner was erased."""
    if Dispatch.objects.leased_as(dispatch).select_for_update(no_key=True).values("pk").first():
        dispatch.events.create(state=State.SENDING, detail=result.detail[:500])
        enqueue_sending(dispatch.leased_until)


def _refuse(dispatch: Dispatch, result: SendResult) -> None:
    with in_installation_language():
        pattern = (
            _("This address does not exist: %(answer)s")
            if result.is_no_such_address
            else _("The mail server rejected it: %(answer)s")
        )
    reason = pattern % {"answer": result.detail}
    note_failed(dispatch, State.FAILED, reason, detail=result.detail, is_address_gone=result.is_no_such_address)


def _put_off(dispatch: Dispatch, result: SendResult) -> None:
    if dispatch.attempts >= MOST_ATTEMPTS:
        with in_installation_language():
            reason = _("The mail server has not accepted it for a day: %(answer)s") % {"answer": result.detail}
        note_failed(dispatch, State.FAILED, reason, detail=result.detail)
        return
    wait = max(RETRY_DELAYS[dispatch.attempts - 1] * _random.uniform(1, 1.1), result.retry_after)
    next_try_at = database_now() + wait
    with transaction.atomic():
        if Dispatch.objects.leased_as(dispatch).update(
            state=State.QUEUED,
            reason=result.detail[:300],
            next_try_at=next_try_at,
            leased_until=None,
            handed_over_at=None,
        ):
            dispatch.events.create(state=State.QUEUED, detail=result.detail[:500])
            enqueue_sending(next_try_at)
