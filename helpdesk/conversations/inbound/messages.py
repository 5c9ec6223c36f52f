"""Turns an e-mail into a message on a ticket: its author, its kind, and how far the author is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.conversations.actions.colleague_emails import note_from_email, note_reply_from_email
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.locking_learners import lock_unerased_learner
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.receiving_tickets import open_for_message
from helpdesk.conversations.actions.undo_recorder import UndoRecorder
from helpdesk.conversations.inbound.files import Files
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.subjects import has_new_subject
from helpdesk.conversations.inbound.threads import find_match, member_of
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.courses.models import Learner
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions.locking import lock_root
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket, TicketEvent

State, Trust = InboundEmail.State, Message.Trust


@dataclass(frozen=True)
class Outcome:
    """What became of an e-mail: its state, ticket and message, and the reasons, for people to read.

    `left_out` says what the message lacks, and `undo` holds what filing changed. If `is_erased`, the e-mail's content
    is deleted.
    """

    state: InboundEmail.State
    reasons: Sequence[Reason] = ()
    ticket: Ticket | None = None
    message: Message | None = None
    is_erased: bool = False
    left_out: str = ""
    undo: dict[str, Any] = field(default_factory=dict)


def file_from_colleague(
    reading: Reading, files: Files, ticket: Ticket, member: Membership, *, is_by_token: bool
) -> Outcome:
    """File what a member wrote in their own mail program: as a reply if the learner received it, else as a note.

    Nothing is sent. An e-mail that is not proved to be the member's becomes a note under the sender's address.
    """
    if not (reading.verdict.is_trusted or is_by_token):
        reason = Reason(ReasonCode.UNPROVED_COLLEAGUE)
        return _filed(reading, _note_of_stranger(reading, files, ticket), files, [reason])
    recorder, actor, incoming = UndoRecorder(), Actor.person(member.user), _incoming(reading, files, ticket)
    recorder.watch(lock_root(ticket))
    is_reply = is_to(reading, ticket.learner) and member.can(Permission.TICKET_REPLY)
    note_it = note_reply_from_email if is_reply else note_from_email
    return _filed(reading, note_it(ticket, actor, incoming), files, recorder=recorder)


def _note_of_stranger(reading: Reading, files: Files, ticket: Ticket) -> Message:
    incoming = _incoming(reading, files, ticket)
    incoming = replace(incoming, author_email=_address(reading), trust=_trust(reading, is_by_token=False))
    return note_from_email(ticket, _stranger(reading), incoming)


def _incoming(reading: Reading, files: Files, ticket: Ticket) -> IncomingMessage:
    """The e-mail's text and files, and when it arrived."""
    return IncomingMessage(
        reading.words.body,
        Message.Channel.EMAIL,
        quoted=reading.words.quoted,
        attachments=files.store(ticket),
        written_at=reading.email.received_at,
    )


def is_to(reading: Reading, learner: Learner) -> bool:
    """Whether the e-mail is addressed to the learner, by To or Cc."""
    return learner.email in {each.email for each in (*reading.parsed.to, *reading.parsed.cc)}


def file_by_hand(reading: Reading, files: Files, ticket: Ticket, *, is_for_learner: bool) -> Outcome:
    """File the e-mail in the ticket that somebody chose.

    What a colleague wrote is filed as it would be in a thread; what the learner wrote or received becomes a message.
    Other e-mails may be unknown to the learner, so they become notes, unless `is_for_learner`.
    """
    learner = lock_unerased_learner(ticket.learner_id)
    match = find_match(reading)
    is_by_token = match is not None and match.is_by_token and match.is_fitting and match.ticket.learner_id == learner.pk
    if reading.sender != learner.email and (member := member_of(reading)):
        is_by_token = match is not None and match.membership == member.pk
        return file_from_colleague(reading, files, ticket, member, is_by_token=is_by_token)
    if reading.sender == learner.email or is_by_token or is_for_learner or is_to(reading, learner):
        return file_into(reading, files, ticket, is_by_token=is_by_token)
    return _filed(reading, _note_of_stranger(reading, files, ticket), files)


def file_into(
    reading: Reading, files: Files, ticket: Ticket, *, is_by_token: bool, recorder: UndoRecorder | None = None
) -> Outcome:
    """File the e-mail as the learner's message, or as one by somebody else under their own name and address.

    It may go to a ticket that stands for this one or continues it. Callers that opened a ticket for it pass their
    `recorder`; if the e-mail has no text, its subject then becomes the question.
    """
    recorder = recorder or UndoRecorder()
    is_learner = reading.sender == ticket.learner.email
    incoming = replace(
        _incoming(reading, files, ticket),
        question=reading.words.written or (reading.parsed.subject if recorder.opened else ""),
        trust=_trust(reading, is_by_token=is_by_token and is_learner),
        author_email="" if is_learner else _address(reading),
    )
    actor = Actor.learner(ticket.learner) if is_learner else _stranger(reading)
    message = receive_message(ticket, actor, incoming, recorder)
    return _filed(reading, message, files, recorder=recorder)


def open_for(reading: Reading, files: Files, learner: Learner, actor: Actor) -> Outcome:
    """Open a ticket for the learner's e-mail, or file it in their unfinished ticket without a course."""
    recorder = UndoRecorder()
    ticket = open_for_message(learner, actor, recorder, asked_at=reading.email.received_at)
    return file_into(reading, files, ticket, is_by_token=False, recorder=recorder)


def _filed(
    reading: Reading,
    message: Message,
    files: Files,
    reasons: Sequence[Reason] = (),
    *,
    recorder: UndoRecorder | None = None,
) -> Outcome:
    reading.email.has_new_subject = has_new_subject(reading, message.ticket)
    undo = recorder.recorded() if recorder else {}
    return Outcome(State.FILED, reasons, message.ticket, message, left_out=files.note(), undo=undo)


def _trust(reading: Reading, *, is_by_token: bool) -> str:
    if is_by_token:
        return Trust.TOKEN
    return Trust.DOMAIN if reading.verdict.is_trusted else Trust.UNVERIFIED


def _stranger(reading: Reading) -> Actor:
    """The sender as an actor who is neither a user nor the learner, under the name that they give."""
    sender = reading.parsed.sender
    name = f"{sender.name} <{sender.email}>" if sender.name and sender.email else sender.name or sender.email
    return Actor(TicketEvent.ActorKind.LEARNER, (name or _("Unknown sender"))[:150])


def _address(reading: Reading) -> str:
    """The `author_email` of an author who is not the learner; a placeholder if they give no address."""
    return reading.sender[:254] or "unknown@invalid"
