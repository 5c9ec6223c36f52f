"""Marking a waiting e-mail as spam, or as not spam."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.inbound.decisions import lock_email
from helpdesk.conversations.models import InboundEmail
from helpdesk.ui.refusals import ActionRefused


@transaction.atomic
def mark_as_spam(email: InboundEmail, *, is_spam: bool) -> InboundEmail:
    """Override what the mail server says about spam. Raises ActionRefused if the e-mail is not waiting."""
    locked = lock_email(email)
    if not locked.is_waiting:
        raise ActionRefused(_("This e-mail was filed in the meantime."))
    locked.is_spam, locked.touched_at = is_spam, timezone.now()
    locked.save(update_fields=["is_spam", "touched_at"])
    return locked
