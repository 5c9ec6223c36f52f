"""Undoing somebody's decision about an e-mail that matched nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.unfiling_emails import unfile_message
from helpdesk.conversations.inbound.decisions import check_kept, lock_email, restore_reason, save_decision
from helpdesk.conversations.models import InboundEmail
from helpdesk.tickets.actor import Actor
from helpdesk.ui.refusals import ActionRefused


@transaction.atomic
def undo_decision(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Let the e-mail wait for a decision again, and undo what filing it changed, except for what has changed since.

    Raises ActionRefused if nobody has decided about it, or its bytes, which would then be all that is left, are gone.
    """
    locked = lock_email(email)
    if not locked.is_missing:
        check_kept(locked)
    was = locked.undo.get("was")
    if was is None:
        raise ActionRefused(_("There is no decision about this e-mail to undo."))
    message = locked.message
    if message is not None:
        unfile_message(message, actor, locked.undo)
    locked.state, locked.ticket, locked.message = was["state"], None, None
    restore_reason(locked, was)
    locked.left_out, locked.touched_at = "", timezone.now()
    return save_decision(locked, None, {})


def can_be_undone(email: InboundEmail) -> bool:
    """Whether somebody's decision can be undone: the e-mail's bytes are still there, or never arrived."""
    return "was" in email.undo and email.is_kept
