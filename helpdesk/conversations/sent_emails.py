"""What was sent, as an e-mail: written anew under its Message-ID, since its bytes are not kept."""

from __future__ import annotations

from email.utils import format_datetime

from django.conf import settings
from django.urls import reverse

from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.outgoing_emails import email_of
from helpdesk.conversations.signed_addresses import find_signed, token_of

SALT = "conversations.sent_email"


def sent_email_address(dispatch: Dispatch) -> str:
    """The full address at which the e-mail is had, signed, by whoever holds it."""
    return settings.BASE_URL + reverse("sent_email_file", args=[token_of(dispatch.pk, SALT)])


def find_by_token(token: str) -> Dispatch | None:
    """What was sent, of such an address; None where that was not made by us, or is over."""
    sent = Dispatch.objects.filter(accepted_at__isnull=False)
    return find_signed(sent.select_related("team", "message__ticket__learner", "message__ticket__course"), token, SALT)


def bytes_of(dispatch: Dispatch) -> bytes:
    """The e-mail, as far as its words and files are still there and with today's signature; its link may be over.

    Raises FileNotFoundError where a file is gone.
    """
    email = email_of(dispatch, renews_link=False)
    email.extra_headers["Date"] = format_datetime(dispatch.accepted_at or dispatch.created_at)
    return email.message().as_bytes()
