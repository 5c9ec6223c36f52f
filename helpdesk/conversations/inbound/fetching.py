"""Fetches a mailbox: each e-mail is stored in the same transaction that moves the cursor past it.

So however the process ends, an e-mail is either stored or fetched again. A lease lets only one process fetch a mailbox;
should two overlap for a moment, the cursor and the unique constraints prevent anything from being stored twice.
"""

from __future__ import annotations

import imaplib
import logging
import threading
from datetime import timedelta
from typing import NamedTuple

from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from helpdesk.conversations.inbound.imap import PROBLEMS, Connection, problem_in_words
from helpdesk.conversations.inbound.storing import HEAD_KEPT, Uid, store_email
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sending.tag_testing import ask_for_tag_test
from helpdesk.mail.parsing import LARGEST
from helpdesk.operations.database_errors import DATABASE_IS_AWAY
from helpdesk.operations.tracing import batch_span

logger = logging.getLogger(__name__)

IDLE_SECONDS = 25.0  # then check for new e-mail, even if the server announced none
EMAIL_SECONDS = 180.0  # time limit for one e-mail
LOOK_SECONDS = 60.0  # time limit for listing what is new
PAUSES = [5.0, 15.0, 60.0, 300.0]  # seconds before the next attempt, longer after each failure
MOST_REFUSALS, MOST_HANG_UPS = 3, 10  # failures at one e-mail, before it is given up
# E-mail from before the mailbox was set up is ignored; the server's clock may differ from ours by this much.
CLOCKS_DIFFER = timedelta(minutes=10)


class Fetched(NamedTuple):
    """The bytes of an e-mail, or only of its head, and the size of the whole e-mail in bytes."""

    raw: bytes
    size: int


NOT_GIVEN = Fetched(b"", 0)


class LeaseLost(Exception):
    """Another process fetches this mailbox now, or it was changed or turned off."""


class Fetcher(threading.Thread):
    """Fetches one mailbox until it is stopped or loses its lease."""

    def __init__(self, mailbox: Mailbox, owner: str) -> None:
        super().__init__(name=f"mailbox {mailbox.pk}", daemon=True)
        self.mailbox, self._owner = mailbox, owner
        self._stop_fetching = threading.Event()
        self._connection: Connection | None = None
        self._has_worked = False  # since the last connection was opened
        self._refusals: dict[int, int] = {}

    def stop(self) -> None:
        """Make the thread end soon, even in the middle of a request."""
        self._stop_fetching.set()
        if self._connection:
            self._connection.hang_up()

    def run(self) -> None:
        """Fetch until stopped, and retry after problems, with growing pauses."""
        failures = 0
        while not self._stop_fetching.is_set():
            try:
                self._fetch_on()
            except LeaseLost:
                break
            except DATABASE_IS_AWAY as error:
                logger.warning("Mailbox %s: the database cannot be used (%s)", self.mailbox.pk, type(error).__name__)
            except PROBLEMS as error:
                if not self._has_worked:  # otherwise the server hung up, as servers do now and then
                    self._note_problem(error)
            except Exception as error:
                logger.exception("Fetching mailbox %s failed", self.mailbox.pk)
                self._note_problem(error)
            connection.close()
            if self._has_worked:
                failures = 0
            self._stop_fetching.wait(PAUSES[min(failures, len(PAUSES) - 1)])
            failures += 1
        connection.close()

    def _fetch_on(self) -> None:
        self._has_worked = False
        self._connection = Connection(self.mailbox)
        try:
            while not self._stop_fetching.is_set():
                close_old_connections()
                fetch_new(self.mailbox, self._connection, self._owner, self._refusals)
                self._has_worked = True
                self._wait(self._connection)
        finally:
            self._connection.hang_up()

    def _wait(self, opened: Connection) -> None:
        if opened.can_idle:
            with opened.within(IDLE_SECONDS + LOOK_SECONDS):
                opened.idle.wait(timeout=IDLE_SECONDS)
        else:
            self._stop_fetching.wait(IDLE_SECONDS)
            with opened.within(LOOK_SECONDS):
                opened.client.noop()

    def _note_problem(self, error: BaseException) -> None:
        if self._stop_fetching.is_set():
            return
        with in_installation_language():
            words = problem_in_words(error)
        logger.info("Mailbox %s cannot be fetched: %s", self.mailbox.pk, type(error).__name__)
        try:
            Mailbox.objects.filter(pk=self.mailbox.pk, leased_by=self._owner).update(last_error=words[:300])
        except DATABASE_IS_AWAY:
            connection.close()


def fetch_new(mailbox: Mailbox, opened: Connection, owner: str, refusals: dict[int, int] | None = None) -> int:
    """Fetch new e-mails one by one, and record the success; returns how many were new.

    `refusals` counts, across calls, how often the server failed to deliver each UID: after a few failures that e-mail
    is given up, so that the others get their turn. Raises LeaseLost, and what PROBLEMS lists.
    """
    refusals = {} if refusals is None else refusals
    with opened.within(LOOK_SECONDS):
        last_uid = _cursor(mailbox, owner, opened.uidvalidity)
        since = (mailbox.begins_at - timedelta(days=1)).strftime("%d-%b-%Y")
        uids = opened.uids_after(last_uid, since)
    count = 0
    for uid in uids:
        with batch_span("conversations.mailboxes", 1), opened.within(EMAIL_SECONDS):
            found = _fetch_if_given(mailbox, opened, uid, refusals)
            count += _store(mailbox, owner, Uid(mailbox.uidvalidity or 1, uid), found)
    _note_fetched(mailbox, owner)
    return count


@transaction.atomic
def _note_fetched(mailbox: Mailbox, owner: str) -> None:
    """Record the success, and request a tag test if support for tags is unknown. Raises LeaseLost."""
    fine = Mailbox.objects.filter(pk=mailbox.pk, leased_by=owner, is_enabled=True)
    if not fine.update(last_ok_at=timezone.now(), last_error="", alarmed_at=None):
        raise LeaseLost
    ask_for_tag_test(mailbox)


def _cursor(mailbox: Mailbox, owner: str, validity: int) -> int:
    """The UID after which to fetch; 0 if the server has renumbered the folder. Raises LeaseLost.

    E-mails that were fetched before the renumbering are recognized by their bytes.
    """
    with transaction.atomic():
        row = _held(mailbox, owner)
        if row.uidvalidity != validity:
            row.uidvalidity, row.last_uid = validity, 0
            row.save(update_fields=["uidvalidity", "last_uid"])
    mailbox.uidvalidity, mailbox.last_uid = row.uidvalidity, row.last_uid
    mailbox.account_since = row.account_since
    mailbox.takes_tags, mailbox.tag_test_asked_at = row.takes_tags, row.tag_test_asked_at
    return row.last_uid


def _held(mailbox: Mailbox, owner: str) -> Mailbox:
    """Lock the mailbox's row. Raises LeaseLost, also if its account was changed meanwhile."""
    held = Mailbox.objects.select_for_update(no_key=True).filter(pk=mailbox.pk, leased_by=owner, is_enabled=True)
    row = held.first()
    if row is None or row.account != mailbox.account:
        raise LeaseLost
    return row


def _fetch_if_given(mailbox: Mailbox, opened: Connection, uid: int, refusals: dict[int, int]) -> Fetched | None:
    """Fetch the e-mail with `_fetch_one`; NOT_GIVEN once the server has failed often enough to deliver it."""
    try:
        return _fetch_one(mailbox, opened, uid)
    except imaplib.IMAP4.error as error:
        refusals[uid] = refusals.get(uid, 0) + 1
        # Some servers hang up when they fail to deliver an e-mail, but so does one that is only restarting.
        if refusals[uid] < (MOST_HANG_UPS if isinstance(error, imaplib.IMAP4.abort) else MOST_REFUSALS):
            raise
        return NOT_GIVEN


def _fetch_one(mailbox: Mailbox, opened: Connection, uid: int) -> Fetched | None:
    """Fetch one e-mail; None if it is gone, or is from before the mailbox was set up."""
    facts = opened.facts_of(uid)
    if facts is None:
        return None
    size, came_at = facts
    if came_at < (mailbox.begins_at - CLOCKS_DIFFER).timestamp():
        return None
    raw = opened.raw(uid, HEAD_KEPT if size > LARGEST else None)
    return None if raw is None else Fetched(raw, size if size > LARGEST else len(raw))


@transaction.atomic
def _store(mailbox: Mailbox, owner: str, uid: Uid, found: Fetched | None) -> bool:
    """Store the e-mail and move the cursor in one transaction; returns whether it is new. Raises LeaseLost."""
    row = _held(mailbox, owner)
    if row.uidvalidity != uid.validity:
        raise LeaseLost
    if row.last_uid >= uid.number:
        return False
    state = InboundEmail.State.FAILED if found is NOT_GIVEN else InboundEmail.State.STORED
    reason = Reason(ReasonCode.NOT_GIVEN) if found is NOT_GIVEN else None
    with in_installation_language():
        is_new = found is not None and store_email(row, found.raw, uid=uid, size=found.size, state=state, reason=reason)
    row.last_uid = uid.number
    row.save(update_fields=["last_uid"])
    return is_new
