"""What a person decides about an e-mail that fitted nothing, and taking that back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.colleagues import make_note, make_reply
from helpdesk.conversations.actions.effects import Effects
from helpdesk.conversations.actions.ignoring import ignored_by
from helpdesk.conversations.actions.receiving import LearnerErased, open_another
from helpdesk.conversations.actions.taking_back import take_back
from helpdesk.conversations.inbound.files import Files, prepare_files
from helpdesk.conversations.inbound.messages import Outcome, file_by_hand, file_into, is_to, open_for
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.rules import is_from_before_erasure
from helpdesk.conversations.inbound.threads import former_learner_of, learner_of, member_of
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sent_texts import sent_texts
from helpdesk.courses.actions import lock_learner
from helpdesk.courses.models import Learner
from helpdesk.teams.models import User
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions.locking import lock_together
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.sentences import label_of_actor
from helpdesk.ui.names import isolated_text
from helpdesk.ui.refusals import ActionRefused

State, Trust = InboundEmail.State, Message.Trust


def file_email(email: InboundEmail, ticket: Ticket, actor: Actor, *, is_for_learner: bool = False) -> InboundEmail:
    """On this ticket, or on the one that stands for it: as a message, where the learner wrote it or got it, or may
    read it (`is_for_learner`), else as a note; what a colleague wrote to the learner as a reply. Raises ActionRefused.
    """
    if ticket.team_id != email.team_id:
        raise ActionRefused(_("This ticket does not exist."))

    def file(reading: Reading, files: Files) -> Outcome:
        return file_by_hand(reading, files, ticket, is_for_learner=is_for_learner)

    return _decide(email, actor, file, into=ticket)


def open_ticket_for(email: InboundEmail, actor: Actor) -> InboundEmail:
    """As a ticket of whoever wrote it, who is a learner of the team from then on. Raises ActionRefused."""

    def open_new(reading: Reading, files: Files) -> Outcome:
        if not reading.sender:
            raise ActionRefused(_("This e-mail has no sender. File it in a ticket instead."))
        if former_learner_of(reading):
            raise ActionRefused(_("A learner had this address until it was corrected. File it in a ticket instead."))
        if not may_be_opened(reading):
            raise ActionRefused(_("Someone on the team wrote it, not a learner. File it in a ticket instead."))
        name = reading.parsed.sender.name
        learner = lock_learner(reading.email.team, email=reading.sender, name=name, at=timezone.now())
        if is_from_before_erasure(reading):  # asked once they are locked: who was erased just now is somebody new
            raise LearnerErased
        return open_for(reading, files, learner, actor)

    return _decide(email, actor, open_new)


@transaction.atomic
def ignore_email(email: InboundEmail, actor: Actor) -> InboundEmail:
    """It needs nothing; it is kept nevertheless. Raises ActionRefused."""
    locked = _lock(email)
    if locked.state == State.IGNORED:
        return locked
    _check_open(locked)
    before = {"state": locked.state, **_reason_of(locked)}
    locked.state, locked.reasons = State.IGNORED, [ignored_by(locked.team, actor)]
    return _save(locked, actor.user, {"was": before})


@transaction.atomic
def undo_decision(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Have it wait for a decision again; what filing it altered goes back, as far as nothing has changed since.

    Raises ActionRefused where nobody has decided about it, or its bytes, which are all that there would be, are gone.
    """
    locked = _lock(email)
    if not locked.is_missing:
        _check_kept(locked)
    was = locked.undo.get("was")
    if was is None:
        raise ActionRefused(_("Nobody has decided about this e-mail."))
    message = locked.message
    if message is not None:
        take_back(message, actor, locked.undo)
    locked.state, locked.ticket, locked.message = was["state"], None, None
    _restore_reason(locked, was)
    locked.left_out, locked.touched_at = "", timezone.now()
    return _save(locked, None, {})


@transaction.atomic
def mark_as_spam(email: InboundEmail, *, is_spam: bool) -> InboundEmail:
    """Have it wait among the spam, or not, whatever its mail server says. Raises ActionRefused if it does not wait."""
    locked = _lock(email)
    if not locked.is_waiting:
        raise ActionRefused(_("This e-mail was filed in the meantime."))
    locked.is_spam, locked.touched_at = is_spam, timezone.now()
    locked.save(update_fields=["is_spam", "touched_at"])
    return locked


def split_email(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Out of the ticket that it came to, as another of the same learner: it is about something else. Merging undoes it.

    What it altered there goes back, as far as nothing has changed since. Raises ActionRefused.
    """
    reading = Reading(email, sent_texts(email.ticket) if email.ticket else None)
    files = prepare_files(reading)  # takes long, and nothing is locked yet
    with transaction.atomic():
        locked = _lock(email)
        _check_kept(locked)
        message = locked.message
        if message is None or message.kind != Message.Kind.LEARNER:
            raise ActionRefused(_("Only what a learner wrote can become a separate ticket."))
        if not can_be_split(locked):
            raise ActionRefused(_("Its ticket is about nothing else: it was opened by this e-mail."))
        Learner.objects.select_for_update(no_key=True).get(pk=message.ticket.learner_id)  # before any ticket
        take_back(message, actor, locked.undo)
        reading.email, effects = locked, Effects()
        opened = open_another(message.ticket, actor, effects, is_separate=True, asked_at=locked.received_at)
        is_by_token = message.trust == Trust.TOKEN
        outcome = file_into(reading, files, opened, is_by_token=is_by_token, effects=effects)
        locked.ticket, locked.message, locked.left_out = outcome.ticket, outcome.message, outcome.left_out
        locked.reasons = [Reason.of(ReasonCode.SPLIT_BY, person=_label(locked, actor))]
        return _save(locked, actor.user, outcome.undo)


def take_as_reply(email: InboundEmail, actor: Actor) -> InboundEmail:
    """A note that a colleague sent to the learner, and nothing shows to be theirs, was a reply: by somebody's word.

    `take_as_note` undoes it. Raises ActionRefused.
    """
    reading = Reading(email)  # takes long, and nothing is locked yet
    with transaction.atomic():
        reading.email = locked = _lock(email)
        note, member = locked.message, member_of(reading)
        if note is None or member is None or not can_be_reply(reading):
            raise ActionRefused(_("Only a note that somebody of the team sent to the learner can be a reply."))
        effects, was = Effects(), {"author": note.author_id, "author_name": note.author_name}
        was |= {"author_email": note.author_email, "undo": locked.undo, **_reason_of(locked)}
        lock_together(note.ticket)
        effects.watch(note.ticket)
        make_reply(note.ticket, Actor.person(member.user), note)
        locked.reasons = [Reason.of(ReasonCode.REPLY_BY, person=_label(locked, actor))]
        return _save(locked, actor.user, locked.undo | effects.noted() | {"note": was})


@transaction.atomic
def take_as_note(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Undo `take_as_reply`; what that altered goes back, as far as nothing has changed since. Raises ActionRefused."""
    locked = _lock(email)
    if locked.message is None or "note" not in locked.undo:
        raise ActionRefused(_("Nobody has said that this e-mail was a reply."))
    make_note(locked.message.ticket, actor, locked.message, locked.undo)
    was = locked.undo["note"]
    _restore_reason(locked, was)
    return _save(locked, locked.decided_by if "was" in was["undo"] else None, was["undo"])


def can_be_reply(reading: Reading) -> bool:
    """Whether it is a note that somebody who may reply sent to the learner, or who bears their address."""
    note = reading.email.message
    if note is None or note.kind != Message.Kind.NOTE or not is_to(reading, note.ticket.learner):
        return False
    member = member_of(reading)
    return member is not None and member.can(Permission.TICKET_REPLY)


def can_be_note(email: InboundEmail) -> bool:
    """Whether it is a reply because somebody said so."""
    return "note" in email.undo and email.message is not None


def _decide(
    email: InboundEmail, actor: Actor, file: Callable[[Reading, Files], Outcome], into: Ticket | None = None
) -> InboundEmail:
    _check_open(email)
    _check_kept(email)
    reading = Reading(email, sent_texts(into) if into else None)
    files = prepare_files(reading)  # takes long, and nothing is locked yet
    with transaction.atomic():
        locked = _lock(email)
        _check_kept(locked)
        _check_open(locked)
        was = {"state": locked.state, **_reason_of(locked)}
        reading.email = locked
        outcome = file(reading, files)
        locked.state, locked.ticket, locked.message = State.FILED, outcome.ticket, outcome.message
        locked.left_out = outcome.left_out
        locked.reasons = [Reason.of(ReasonCode.FILED_BY, person=_label(locked, actor)), *outcome.reasons]
        return _save(locked, actor.user, outcome.undo | {"was": was})


def _lock(email: InboundEmail) -> InboundEmail:
    rows = InboundEmail.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("team", "mailbox", "ticket", "message__ticket__team").get(pk=email.pk)


def can_be_decided(email: InboundEmail) -> bool:
    """Whether somebody may say what becomes of it: it is in no ticket, and its bytes are there still."""
    return _is_open(email) and bool(email.raw)


def can_be_ignored(email: InboundEmail) -> bool:
    """Whether it waits for somebody to decide, and may be left at that."""
    return email.is_waiting and email.is_kept


def can_be_undone(email: InboundEmail) -> bool:
    """Whether what somebody decided can be taken back: its bytes are there still, or there never were any."""
    return "was" in email.undo and email.is_kept


def may_be_opened(reading: Reading) -> bool:
    """Whether it can become a ticket of whoever wrote it.

    Not where that is a colleague who takes no course here, nor from an address that a learner had before.
    """
    if not reading.sender or former_learner_of(reading):
        return False
    return member_of(reading) is None or learner_of(reading) is not None


def can_be_split(email: InboundEmail) -> bool:
    """Whether it is a learner's message on a ticket that is about something else beside it."""
    message = email.message
    if not email.raw or message is None or message.kind != Message.Kind.LEARNER:
        return False
    if email.undo.get("opened") != message.ticket_id:
        return True
    written = message.ticket.messages.filter(kind=Message.Kind.LEARNER, cancelled_at=None)
    return message.ticket.request_count > 1 or written.exclude(pk=message.pk).exists()


def _check_kept(email: InboundEmail) -> None:
    """What was read before it was locked is nothing to go by once its time was over or its learner erased."""
    if email.raw:
        return
    if email.is_missing:
        raise ActionRefused(
            _("The mail server never delivered its content, so there is nothing to file. Look in the mailbox.")
        )
    is_forgotten = email.sender_address or (email.ticket and email.ticket.words_forgotten_at)
    if is_forgotten or email.state == State.IGNORED:  # one that is ignored and in no ticket does not say which it was
        raise ActionRefused(_("What came with this e-mail is no longer kept."))
    raise ActionRefused(_("It was about a learner who has been erased."))


def _is_open(email: InboundEmail) -> bool:
    return email.is_waiting or email.state == State.IGNORED


def _check_open(email: InboundEmail) -> None:
    if not _is_open(email):
        raise ActionRefused(_("This e-mail was filed in the meantime."))


def _reason_of(email: InboundEmail) -> dict[str, Any]:
    return {"reason": email.reason, "reason_parts": email.reason_parts}


def _restore_reason(email: InboundEmail, was: dict[str, Any]) -> None:
    """As it was before somebody decided; what the version before has noted of that has no parts."""
    email.reason, email.reason_parts = was["reason"], was.get("reason_parts", {})


def _label(email: InboundEmail, actor: Actor) -> str:
    """Who decided, told from others who are called so."""
    pk = actor.user.pk if actor.user else None
    return isolated_text(label_of_actor(People(email.team), actor.kind, pk, actor.name))


def _save(email: InboundEmail, by: User | None, undo: dict[str, Any]) -> InboundEmail:
    email.decided_by, email.undo, email.ignored_together = by, undo, None
    decided = ["state", "reason", "reason_parts", "ticket", "message", "has_new_subject", "left_out", "decided_by"]
    email.save(update_fields=[*decided, "undo", "ignored_together", "touched_at"])
    return email
