"""Signed, short-lived addresses at which anybody who has one can download an e-mail's raw bytes."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from helpdesk.conversations.files.signed_addresses import find_signed, token_of
from helpdesk.conversations.models import InboundEmail

SALT = "conversations.raw_email"


def raw_address(email: InboundEmail) -> str:
    """The full, signed address of the e-mail's bytes, valid for some minutes."""
    return settings.BASE_URL + reverse("raw_email_file", args=[token_of(email.pk, SALT)])


def find_by_token(token: str) -> InboundEmail | None:
    """The e-mail that such an address is for; None if the token is not ours, or has expired."""
    return find_signed(InboundEmail.objects.all(), token, SALT)
