"""Taking back what somebody decided about an e-mail that fitted nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.decisions import check_kept, lock_email, restore_reason, save_decision
from helpdesk.conversations.actions.unfiling_emails import unfile_message
from helpdesk.conversations.models import InboundEmail
from helpdesk.tickets.actor import Actor
from helpdesk.ui.refusals import ActionRefused


@transaction.atomic
def undo_decision(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Have it wait for a decision again; what filing it altered goes back, as far as nothing has changed since.

    Raises ActionRefused where nobody has decided about it, or its bytes, which are all that there would be, are gone.
    """
    locked = lock_email(email)
    if not locked.is_missing:
        check_kept(locked)
    was = locked.undo.get("was")
    if was is None:
        raise ActionRefused(_("Nobody has decided about this e-mail."))
    message = locked.message
    if message is not None:
        unfile_message(message, actor, locked.undo)
    locked.state, locked.ticket, locked.message = was["state"], None, None
    restore_reason(locked, was)
    locked.left_out, locked.touched_at = "", timezone.now()
    return save_decision(locked, None, {})


def can_be_undone(email: InboundEmail) -> bool:
    """Whether what somebody decided can be taken back: its bytes are there still, or there never were any."""
    return "was" in email.undo and email.is_kept
