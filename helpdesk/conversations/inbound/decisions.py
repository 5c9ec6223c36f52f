"""What all decisions about an e-mail share: locking and checking its row, and saving it with what undoes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.conversations.models import InboundEmail
from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.sentences import label_of_actor
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused

State = InboundEmail.State


def lock_email(email: InboundEmail) -> InboundEmail:
    """Lock the e-mail's row, and load the related rows that a decision needs."""
    rows = InboundEmail.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("team", "mailbox", "ticket", "message__ticket__team").get(pk=email.pk)


def is_open(email: InboundEmail) -> bool:
    """Whether somebody may decide about the e-mail: it waits for a decision, or is ignored."""
    return email.is_waiting or email.state == State.IGNORED


def check_open(email: InboundEmail) -> None:
    """Raise ActionRefused unless the e-mail waits for a decision, or is ignored."""
    if not is_open(email):
        raise ActionRefused(_("This e-mail was filed in the meantime."))


def check_kept(email: InboundEmail) -> None:
    """Raise ActionRefused if the e-mail's content is gone, by retention or an erasure, or never arrived."""
    if email.raw:
        return
    if email.is_missing:
        raise ActionRefused(
            _("The mail server never delivered its content, so there is nothing to file. Look in the mailbox.")
        )
    is_forgotten = email.sender_address or (email.ticket and email.ticket.words_forgotten_at)
    if is_forgotten or email.state == State.IGNORED:  # an ignored one without a ticket doesn't show why
        raise ActionRefused(_("The content of this e-mail is no longer kept."))
    raise ActionRefused(_("It was about a learner who has been erased."))


def reason_of(email: InboundEmail) -> dict[str, Any]:
    """The reason for the e-mail's state, as an undo needs it."""
    return {"reason": email.reason, "reason_parts": email.reason_parts}


def restore_reason(email: InboundEmail, was: dict[str, Any]) -> None:
    """Restore the reason from before the decision; if an older version stored it, it has no parts."""
    email.reason, email.reason_parts = was["reason"], was.get("reason_parts", {})


def label_of_decider(team: Team, actor: Actor) -> str:
    """The name of whoever decided, distinguished from others with the same name."""
    pk = actor.user.pk if actor.user else None
    return isolated_text(label_of_actor(People(team), actor.kind, pk, actor.name))


def save_decision(email: InboundEmail, by: User | None, undo: dict[str, Any]) -> InboundEmail:
    """Save the decision, who made it, and what undoes it."""
    email.decided_by, email.undo, email.ignored_together = by, undo, None
    decided = ["state", "reason", "reason_parts", "ticket", "message", "has_new_subject", "left_out", "decided_by"]
    email.save(update_fields=[*decided, "undo", "ignored_together", "touched_at"])
    return email
