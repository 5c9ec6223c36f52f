"""E-mails that were sent, rebuilt under their Message-ID, because their bytes are not stored."""

from __future__ import annotations

from email.utils import format_datetime

from django.conf import settings
from django.urls import reverse

from helpdesk.conversations.files.signed_addresses import find_signed, token_of
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending.outgoing_emails import email_of

SALT = "conversations.sent_email"


def sent_email_address(dispatch: Dispatch) -> str:
    """The full, signed URL that serves the e-mail to whoever has it."""
    return settings.BASE_URL + reverse("sent_email_file", args=[token_of(dispatch.pk, SALT)])


def find_by_token(token: str) -> Dispatch | None:
    """The dispatch of such a URL; None if the URL was not signed by us or has expired."""
    sent = Dispatch.objects.filter(accepted_at__isnull=False)
    return find_signed(sent.select_related("team", "message__ticket__learner", "message__ticket__course"), token, SALT)


def bytes_of(dispatch: Dispatch) -> bytes:
    """The e-mail, as far as its text and files still exist, with the current signature; its link may have expired.

    Raises FileNotFoundError if a file is gone.
    """
    email = email_of(dispatch, renews_link=False)
    email.extra_headers["Date"] = format_datetime(dispatch.accepted_at or dispatch.created_at)
    return email.message().as_bytes()
