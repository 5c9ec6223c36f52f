"""Where the bytes of an e-mail are to be had, by whoever holds the address: signed, and soon over."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.signed_addresses import find_signed, token_of

SALT = "conversations.raw_email"


def raw_address(email: InboundEmail) -> str:
    """The full address at which the e-mail's bytes are had, signed."""
    return settings.BASE_URL + reverse("raw_email_file", args=[token_of(email.pk, SALT)])


def find_by_token(token: str) -> InboundEmail | None:
    """The e-mail of such an address; None where that was not made by us, or is over."""
    return find_signed(InboundEmail.objects.all(), token, SALT)
