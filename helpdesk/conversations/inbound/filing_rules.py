"""The rules that decide about an e-mail, in order. What matches nothing is held for a person; nothing is dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from helpdesk.conversations.actions.locking_learners import LearnerErased, lock_unerased_learner
from helpdesk.conversations.inbound.files import Files
from helpdesk.conversations.inbound.ignored_senders import is_ignored_sender
from helpdesk.conversations.inbound.messages import Outcome, file_from_colleague, file_into, open_for
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.reports import is_about_erased, note_report
from helpdesk.conversations.inbound.threads import Match, find_match, learner_of, member_of
from helpdesk.conversations.models import Dispatch, InboundEmail, Mailbox
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode, stored
from helpdesk.conversations.sending.sender_verification import sender_test_returned
from helpdesk.conversations.sending.tag_test_results import tag_test_came_in
from helpdesk.courses.actions import note_activity
from helpdesk.courses.models import Learner
from helpdesk.mail.authentication import results_for_sender
from helpdesk.privacy import tombstones
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message

State, Trust = InboundEmail.State, Message.Trust


# The values of an emptied e-mail after an erasure; the hash of its bytes stays, so that a repetition is recognized.
EMPTIED: dict[str, Any] = {
    "raw": b"",
    "envelope_from": "",
    "sender_name": "",
    "sender_address": "",
    "subject": "",
    "email_message_id": "",
    "signing_domain": "",
    "reason": "",
    "reason_parts": {},
    "left_out": "",
    "undo": {},
}


def decide(reading: Reading, files: Files) -> Outcome:
    """File an e-mail, or say why not. Call it in a transaction, with the e-mail's row locked."""
    _take_turns(reading)
    match = find_match(reading)
    if match and not _lock_learner_of(match):
        return _of_erased_thread(reading, match)
    return (
        _of_erased(reading)
        or _cut(reading)
        or _of_ours(reading)
        or _repeated(reading)
        or _report(reading)
        or _automatic(reading, match)
        or _held_when_stored(reading)
        or _empty(reading, files, match)
        or (_reply(reading, files, match) if match else _new_request(reading, files))
    )


def _take_turns(reading: Reading) -> None:
    """Wait for other copies of the same e-mail, so that one which arrives in two ways at once is filed only once."""
    key = f"{reading.email.team_id} {reading.parsed.message_id or reading.email.sha256}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7305))", [key])


def _lock_learner_of(match: Match) -> bool:
    """Lock the ticket's learner, as always before any ticket; False if the learner has been erased."""
    try:
        lock_unerased_learner(match.ticket.learner_id)
    except LearnerErased:
        return False
    return True


def _erased() -> Outcome:
    return Outcome(State.IGNORED, [Reason(ReasonCode.ERASED)], is_erased=True)


def _of_erased_thread(reading: Reading, match: Match) -> Outcome:
    """Decide about an e-mail that replies to an erased learner's ticket.

    If a person sent it after the erasure, it is held, whoever wrote it; otherwise it is erased as well.
    """
    erased_at = Learner.objects.values_list("erased_at", flat=True).get(pk=match.ticket.learner_id)
    if _came_by(reading, erased_at) or reading.report is not None or reading.machine:
        return _erased()
    return Outcome(State.HELD, [Reason(ReasonCode.ERASED_THREAD)])


def _of_erased(reading: Reading) -> Outcome | None:
    """Erase an e-mail that arrived before its sender was erased; hold one that was written before but arrived later."""
    erased_at = _erasure_of_sender(reading)
    if erased_at is None:
        return None
    if _came_by(reading, erased_at):
        return _erased()
    if reading.parsed.date and reading.parsed.date <= erased_at and reading.report is None and not reading.machine:
        return Outcome(State.HELD, [Reason(ReasonCode.BEFORE_ERASURE)])
    return None


def is_from_before_erasure(reading: Reading) -> bool:
    """Whether the e-mail arrived before its sender was erased."""
    return _came_by(reading, _erasure_of_sender(reading))


def _erasure_of_sender(reading: Reading) -> datetime | None:
    return tombstones.erased_at(reading.email.team_id, [reading.sender]).get(reading.sender)


def _came_by(reading: Reading, erased_at: datetime | None) -> bool:
    """Whether the e-mail arrived by this time, by our own clock, because the sender's may be wrong."""
    return erased_at is not None and reading.email.received_at <= erased_at


def _cut(reading: Reading) -> Outcome | None:
    return Outcome(State.HELD, [Reason(ReasonCode.CUT)]) if reading.email.is_cut else None


def _of_ours(reading: Reading) -> Outcome | None:
    if (token := reading.sender_test) and sender_test_returned(
        reading.email.team, token, results_for_sender(reading.parsed)
    ):
        return Outcome(State.IGNORED, [Reason(ReasonCode.SENDER_TEST)])
    if reading.report is None and tag_test_came_in(reading.email.mailbox, reading.tokens):
        return Outcome(State.IGNORED, [Reason(ReasonCode.TAG_TEST)])
    sent = Dispatch.objects.filter(team=reading.email.team_id, email_message_id=reading.parsed.message_id)
    if sent.exists():  # what another team sent doesn't count as our own
        return Outcome(State.IGNORED, [Reason(ReasonCode.OWN)])
    return None


def _repeated(reading: Reading) -> Outcome | None:
    """Ignore an e-mail that arrived before, in another way or at another address of the team."""
    email, message_id = reading.email, reading.parsed.message_id
    others = InboundEmail.objects.filter(team=email.team_id).exclude(pk=email.pk).exclude(state=State.STORED)
    same = others.filter(email_message_id=message_id) if message_id else others.filter(sha256=email.sha256)
    for other in same.select_related("mailbox", "ticket").order_by("pk")[:5]:
        if other.sha256 == email.sha256 or (
            other.sender_address == reading.sender and reading.says_no_more_than(Reading(other, reading.known))
        ):
            return Outcome(State.IGNORED, [Reason(ReasonCode.REPEATED)], other.ticket)
    return None


def _report(reading: Reading) -> Outcome | None:
    """Note what a mail server reports about an e-mail that we sent."""
    if reading.report is None:
        return None
    return _erased() if is_about_erased(reading) else Outcome(State.IGNORED, [note_report(reading)])


def _automatic(reading: Reading, match: Match | None) -> Outcome | None:
    if not reading.machine:
        return None
    reason = Reason.of(ReasonCode.AUTOMATIC, mark=reading.machine)
    return Outcome(State.IGNORED, [reason], match.ticket if match else None)


def _held_when_stored(reading: Reading) -> Outcome | None:
    """Hold an e-mail for the reason that was found when it was stored, before it was read."""
    return Outcome(State.HELD, reading.email.reasons) if reading.email.reason else None


def _empty(reading: Reading, files: Files, match: Match | None) -> Outcome | None:
    """Hold an e-mail with neither words nor files that could be kept."""
    if reading.words.body or reading.words.quoted or files.kept:
        return None
    reasons = [Reason(ReasonCode.EMPTY)]
    if note := files.note():
        reasons.append(Reason.of(ReasonCode.WORDS, words=note))
    return Outcome(State.HELD, reasons, match.ticket if match and match.is_fitting else None)


def _reply(reading: Reading, files: Files, match: Match) -> Outcome:
    """File an e-mail in the ticket that it replies to, if it comes from its learner or a colleague; else hold it."""
    member = member_of(reading) if reading.sender != match.ticket.learner.email else None
    if member and member.can(Permission.TICKET_REPLY):
        return file_from_colleague(reading, files, match.ticket, member, is_by_token=match.membership == member.pk)
    if match.is_fitting:
        return file_into(reading, files, match.ticket, is_by_token=match.is_by_token)
    return Outcome(State.HELD, [Reason(ReasonCode.OTHERS_TICKET)])


def _new_request(reading: Reading, files: Files) -> Outcome:
    """Open a ticket if the sender is a known learner; otherwise hold or ignore the e-mail."""
    learner = learner_of(reading)
    if learner is None:
        held = [Reason(ReasonCode.UNKNOWN_SENDER)]
        if not is_ignored_sender(reading.email.team_id, reading.sender):
            return Outcome(State.HELD, held)
        undo = {"was": {"state": State.HELD, **stored(held)}}
        return Outcome(State.IGNORED, [Reason(ReasonCode.IGNORED_SENDER)], undo=undo)
    own = Mailbox.objects.filter(team=reading.email.team_id).values_list("address", flat=True)
    if reading.sender in {address.lower() for address in own}:
        return Outcome(State.HELD, [Reason(ReasonCode.OWN_ADDRESS)])
    try:
        learner = lock_unerased_learner(learner.pk)
    except LearnerErased:  # while this waited for the lock
        return _erased()
    note_activity({learner: timezone.now()})
    return open_for(reading, files, learner, Actor.learner(learner))
