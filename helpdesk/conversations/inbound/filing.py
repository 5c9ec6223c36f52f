"""Files stored e-mails in a worker, one at a time.

Any number of workers may do so at once. An e-mail is claimed in a transaction of its own, so that the attempt stays on
record if it kills the worker. It is filed and gets its outcome in the next transaction, so that a worker that dies in
between leaves no half-filed e-mail.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import F

from helpdesk.conversations.inbound.files import prepare_files
from helpdesk.conversations.inbound.filing_rules import EMPTIED, decide
from helpdesk.conversations.inbound.messages import Outcome
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.signatures import signing_domain
from helpdesk.conversations.inbound.threads import find_match, is_known
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode, stored
from helpdesk.conversations.sending.sent_texts import sent_texts
from helpdesk.operations.clock import database_now
from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.tracing import batch_span

logger = logging.getLogger(__name__)
State = InboundEmail.State

MOST_ATTEMPTS = 3
LEASE = timedelta(minutes=2)  # how long others leave a claimed e-mail alone; pictures take seconds each
RETRY_DELAYS = [timedelta(seconds=5), timedelta(minutes=1)]  # before the second and the third attempt
# Filing must not wait long for locks, because all other incoming e-mail waits with it.
BEGIN_FILING = """
    SELECT set_config('lock_timeout', '3s', true), set_config('statement_timeout', '15s', true),
        set_config('idle_in_transaction_session_timeout', '60s', true)
"""


def file_waiting() -> bool:
    """File the e-mail that is due first, if any; returns whether there may be more.

    Raises DatabaseError and InterfaceError if the database connection is lost; the e-mail is then tried again.
    """
    email = _claim()
    if email is None:
        return False
    if email.attempts > MOST_ATTEMPTS:
        with in_installation_language():
            _finish(email, Outcome(State.FAILED, [Reason(ReasonCode.CRASHED)]))
        return True
    try:
        with batch_span("conversations.inbound", 1):
            _file(email)
    except (DatabaseError, InterfaceError) as error:
        is_lost = not connection.is_usable()
        connection.close()
        if isinstance(error, DATABASE_IS_AWAY) and not is_lost:  # others held a lock: this doesn't count as an attempt
            with suppress(DatabaseError):
                _postpone(email, RETRY_DELAYS[0], attempts=email.attempts - 1)
        else:
            with suppress(DatabaseError):
                _give_up_or_wait(email, error)
        if is_lost:
            raise
        logger.warning("An e-mail waits: %s", type(error).__name__)
    except Exception as error:
        logger.exception("The e-mail %s could not be filed", email.pk)
        _give_up_or_wait(email, error)
    return True


@transaction.atomic
def _claim() -> InboundEmail | None:
    due = InboundEmail.objects.filter(state=State.STORED, next_try_at__lte=database_now()).defer("raw")
    found = due.order_by("next_try_at", "pk").select_for_update(skip_locked=True, no_key=True).first()
    if found:
        _postpone(found, LEASE, attempts=found.attempts + 1)
    return found


def _postpone(email: InboundEmail, wait: timedelta, *, attempts: int) -> None:
    email.attempts, email.next_try_at = max(0, attempts), database_now() + wait
    email.save(update_fields=["attempts", "next_try_at"])


def _file(email: InboundEmail) -> None:
    """File a claimed e-mail; whatever needs much CPU time is done before anything is locked."""
    whole = InboundEmail.objects.select_related("team", "mailbox").get(pk=email.pk)
    reading = Reading(whole)
    if match := find_match(reading):
        reading.known = sent_texts(match.ticket)
    files = prepare_files(reading)
    if (match and match.is_fitting) or is_known(reading):
        whole.signing_domain = _signing_domain(reading)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(BEGIN_FILING)
        mine = InboundEmail.objects.filter(pk=email.pk, state=State.STORED, attempts=email.attempts)
        if not mine.select_for_update(no_key=True).values("pk").first():
            return  # a person has decided meanwhile, or another worker has it
        _note_head(whole, reading)
        with in_installation_language():
            outcome = decide(reading, files)
        _finish(whole, outcome)


def _signing_domain(reading: Reading) -> str:
    """The domain whose signature proves the sender, if no mail server of ours judged it and it can matter.

    Not called for strangers: name servers of their domains may hang, and all other e-mail would wait.
    """
    if reading.email.is_cut or reading.machine or reading.report is not None or not reading.is_unjudged:
        return ""
    return signing_domain(bytes(reading.email.raw), reading.parsed)


def _note_head(email: InboundEmail, reading: Reading) -> None:
    """Save what lists show of the e-mail, and the result of its signature, whose key may later be gone from the DNS."""
    parsed = reading.parsed
    email.email_message_id = parsed.message_id[:500]
    email.sender_name, email.sender_address = parsed.sender.name[:150], parsed.sender.email[:320]
    email.subject, email.is_spam = parsed.subject[:300], reading.is_spam
    noted = ["email_message_id", "sender_name", "sender_address", "subject", "signing_domain", "is_spam"]
    email.save(update_fields=noted)


def _finish(email: InboundEmail, outcome: Outcome) -> None:
    email.state, email.reasons = outcome.state, outcome.reasons
    email.ticket, email.message = outcome.ticket, outcome.message
    email.left_out, email.undo = outcome.left_out, outcome.undo
    decided = ["state", "reason", "reason_parts", "ticket", "message", "has_new_subject", "left_out", "undo"]
    email.save(update_fields=decided)
    if outcome.is_erased:
        InboundEmail.objects.filter(pk=email.pk).update(**EMPTIED | stored(outcome.reasons), size=0)


def _give_up_or_wait(email: InboundEmail, error: Exception) -> None:
    """Try again later; after MOST_ATTEMPTS, mark the e-mail as failed, so that a person sees it with its bytes."""
    if email.attempts < MOST_ATTEMPTS:
        _postpone(email, RETRY_DELAYS[email.attempts - 1], attempts=email.attempts)
        return
    with in_installation_language():
        why = stored([Reason.of(ReasonCode.UNREADABLE, error=type(error).__name__)])
    InboundEmail.objects.filter(pk=email.pk, state=State.STORED).update(
        state=State.FAILED, attempts=F("attempts"), **why
    )
