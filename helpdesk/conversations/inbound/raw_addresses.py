"""Where the bytes of an e-mail are to be had, by whoever holds the address: signed, and soon over."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from helpdesk.conversations.models import InboundEmail

SALT = "conversations.raw_email"
LIFETIME = timedelta(minutes=10)


def raw_address(email: InboundEmail) -> str:
    """The full address at which the e-mail's bytes are had, signed."""
    token = signing.TimestampSigner(salt=SALT).sign(str(email.pk))
    return settings.BASE_URL + reverse("raw_email_file", args=[token])


def find_by_token(token: str) -> InboundEmail | None:
    """The e-mail of such an address; None where that was not made by us, or is over."""
    try:
        pk = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LIFETIME)
    except (signing.BadSignature, UnicodeError):
        return None
    return InboundEmail.objects.filter(pk=pk).first()
