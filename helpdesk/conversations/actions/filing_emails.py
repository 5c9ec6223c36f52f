"""Filing by hand an e-mail that matched nothing: in an existing ticket or a new one."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.locking_learners import LearnerErased
from helpdesk.conversations.inbound.decisions import (
    check_kept,
    check_open,
    is_open,
    label_of_decider,
    lock_email,
    reason_of,
    save_decision,
)
from helpdesk.conversations.inbound.files import Files, prepare_files
from helpdesk.conversations.inbound.filing_rules import is_from_before_erasure
from helpdesk.conversations.inbound.messages import Outcome, file_by_hand, open_for
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.threads import former_learner_of, learner_of, member_of
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sending.sent_texts import sent_texts
from helpdesk.courses.actions import lock_or_create_learner
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.ui.refusals import ActionRefused

State = InboundEmail.State


def file_email(email: InboundEmail, ticket: Ticket, actor: Actor, *, is_for_learner: bool = False) -> InboundEmail:
    """File the e-mail in this ticket, or in the one it was merged into. Raises ActionRefused.

    It becomes a message that the learner can read if they wrote or received it, or if `is_for_learner`, and otherwise a
    note. What a colleague wrote becomes a reply if the learner received it, and otherwise a note.
    """
    if ticket.team_id != email.team_id:
        raise ActionRefused(_("This ticket does not exist."))

    def file(reading: Reading, files: Files) -> Outcome:
        return file_by_hand(reading, files, ticket, is_for_learner=is_for_learner)

    return _decide(email, actor, file, into=ticket)


def open_ticket_for(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Open a ticket for the e-mail's sender, who becomes a learner of the team. Raises ActionRefused."""

    def open_new(reading: Reading, files: Files) -> Outcome:
        if reason := _reason_not_to_open(reading):
            raise ActionRefused(reason)
        name = reading.parsed.sender.name
        learner = lock_or_create_learner(reading.email.team, email=reading.sender, name=name, at=timezone.now())
        if is_from_before_erasure(reading):  # checked after locking: one erased just now was created anew
            raise LearnerErased
        return open_for(reading, files, learner, actor)

    return _decide(email, actor, open_new)


def _decide(
    email: InboundEmail, actor: Actor, file: Callable[[Reading, Files], Outcome], into: Ticket | None = None
) -> InboundEmail:
    check_open(email)
    check_kept(email)
    reading = Reading(email, sent_texts(into) if into else None)
    files = prepare_files(reading)  # slow, so before anything is locked
    with transaction.atomic():
        locked = lock_email(email)
        check_kept(locked)
        check_open(locked)
        was = {"state": locked.state, **reason_of(locked)}
        reading.email = locked
        outcome = file(reading, files)
        locked.state, locked.ticket, locked.message = State.FILED, outcome.ticket, outcome.message
        locked.left_out = outcome.left_out
        locked.reasons = [Reason.of(ReasonCode.FILED_BY, person=label_of_decider(locked.team, actor)), *outcome.reasons]
        return save_decision(locked, actor.user, outcome.undo | {"was": was})


def can_be_decided(email: InboundEmail) -> bool:
    """Whether the e-mail can be filed by hand: it waits or is ignored, and its content is still there."""
    return is_open(email) and bool(email.raw)


def may_be_opened(reading: Reading) -> bool:
    """Whether a ticket can be opened for the e-mail's sender.

    It cannot if there is no sender, if they are a colleague and not a learner, or if a learner had this address before.
    """
    return not _reason_not_to_open(reading)


def _reason_not_to_open(reading: Reading) -> str:
    if not reading.sender:
        return _("This e-mail has no sender. File it in a ticket instead.")
    if former_learner_of(reading):
        return _("A learner had this address until it was corrected. File it in a ticket instead.")
    if member_of(reading) and not learner_of(reading):
        return _("Someone on the team wrote it, not a learner. File it in a ticket instead.")
    return ""
