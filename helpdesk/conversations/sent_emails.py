"""E-mails that were sent, rebuilt under their Message-ID, because their bytes are not stored."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from django.conf import settings
from django.core import signing
from django.urls import reverse

from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.outgoing_emails import email_of

SALT = "conversations.sent_email"
LIFETIME = timedelta(minutes=10)


def sent_email_address(dispatch: Dispatch) -> str:
    """The full, signed URL that serves the e-mail to whoever has it."""
    token = signing.TimestampSigner(salt=SALT).sign(str(dispatch.pk))
    return settings.BASE_URL + reverse("sent_email_file", args=[token])


def find_by_token(token: str) -> Dispatch | None:
    """The dispatch of such a URL; None if the URL was not signed by us or has expired."""
    try:
        pk = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LIFETIME)
    except (signing.BadSignature, UnicodeError):
        return None
    sent = Dispatch.objects.filter(pk=pk, accepted_at__isnull=False)
    return sent.select_related("team", "message__ticket__learner", "message__ticket__course").first()


def bytes_of(dispatch: Dispatch) -> bytes:
    """The e-mail, as far as its text and files still exist, with the current signature; its link may have expired.

    Raises FileNotFoundError if a file is gone.
    """
    email = email_of(dispatch, renews_link=False)
    email.extra_headers["Date"] = format_datetime(dispatch.accepted_at or dispatch.created_at)
    return email.message().as_bytes()
