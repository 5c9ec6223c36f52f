"""Signed, short-lived addresses at which anybody who has one can download an e-mail's raw bytes."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from helpdesk.conversations.models import InboundEmail

SALT = "conversations.raw_email"
LIFETIME = timedelta(minutes=10)


def raw_address(email: InboundEmail) -> str:
    """The full, signed address of the e-mail's bytes, valid for LIFETIME."""
    token = signing.TimestampSigner(salt=SALT).sign(str(email.pk))
    return settings.BASE_URL + reverse("raw_email_file", args=[token])


def find_by_token(token: str) -> InboundEmail | None:
    """The e-mail that such an address is for; None if the token is not ours, or has expired."""
    try:
        pk = signing.TimestampSigner(salt=SALT).unsign(token, max_age=LIFETIME)
    except (signing.BadSignature, UnicodeError):
        return None
    return InboundEmail.objects.filter(pk=pk).first()
