"""What every decision about an e-mail begins and ends with: the row locked, and saved with what undoes it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.sentences import label_of_actor
from helpdesk.ui.names import isolated_text
from helpdesk.ui.refusals import ActionRefused

State = InboundEmail.State


def lock_email(email: InboundEmail) -> InboundEmail:
    """The row, locked, with what a decision about it needs."""
    rows = InboundEmail.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("team", "mailbox", "ticket", "message__ticket__team").get(pk=email.pk)


def is_open(email: InboundEmail) -> bool:
    """Whether it is in no ticket: it waits, or is ignored."""
    return email.is_waiting or email.state == State.IGNORED


def check_open(email: InboundEmail) -> None:
    """Raise ActionRefused where it is in a ticket by now."""
    if not is_open(email):
        raise ActionRefused(_("This e-mail was filed in the meantime."))


def check_kept(email: InboundEmail) -> None:
    """Raise ActionRefused where its content is gone, as after its retention or an erasure."""
    if email.raw:
        return
    if email.is_missing:
        raise ActionRefused(
            _("The mail server never delivered its content, so there is nothing to file. Look in the mailbox.")
        )
    is_forgotten = email.sender_address or (email.ticket and email.ticket.words_forgotten_at)
    if is_forgotten or email.state == State.IGNORED:  # one that is ignored and in no ticket does not say which it was
        raise ActionRefused(_("The content of this e-mail is no longer kept."))
    raise ActionRefused(_("It was about a learner who has been erased."))


def reason_of(email: InboundEmail) -> dict[str, Any]:
    """The reason for its state, as an undo needs it."""
    return {"reason": email.reason, "reason_parts": email.reason_parts}


def restore_reason(email: InboundEmail, was: dict[str, Any]) -> None:
    """As it was before somebody decided; what the version before has noted of that has no parts."""
    email.reason, email.reason_parts = was["reason"], was.get("reason_parts", {})


def label_of_decider(team: Team, actor: Actor) -> str:
    """Who decided, told from others who are called so."""
    pk = actor.user.pk if actor.user else None
    return isolated_text(label_of_actor(People(team), actor.kind, pk, actor.name))


def save_decision(email: InboundEmail, by: User | None, undo: dict[str, Any]) -> InboundEmail:
    """Save what was decided about it, who decided, and what undoes it."""
    email.decided_by, email.undo, email.ignored_together = by, undo, None
    decided = ["state", "reason", "reason_parts", "ticket", "message", "has_new_subject", "left_out", "decided_by"]
    email.save(update_fields=[*decided, "undo", "ignored_together", "touched_at"])
    return email
