"""Saying that an e-mail that waits is spam, or is none."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.decisions import lock_email
from helpdesk.conversations.models import InboundEmail
from helpdesk.ui.refusals import ActionRefused


@transaction.atomic
def mark_as_spam(email: InboundEmail, *, is_spam: bool) -> InboundEmail:
    """Have it wait among the spam, or not, whatever its mail server says. Raises ActionRefused if it does not wait."""
    locked = lock_email(email)
    if not locked.is_waiting:
        raise ActionRefused(_("This e-mail was filed in the meantime."))
    locked.is_spam, locked.touched_at = is_spam, timezone.now()
    locked.save(update_fields=["is_spam", "touched_at"])
    return locked
