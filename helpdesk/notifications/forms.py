"""The form by which a browser subscribes to notifications."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk.notifications.push.keys import decode
from helpdesk.operations.outgoing.targets import validate_target
from helpdesk.ui.forms import OneLineForm

SECRET_LENGTH = 16  # bytes


def validate_endpoint(address: str) -> None:
    """Raise ValidationError for an address that notifications may not be sent to."""
    validate_target(address, allows_private=settings.PUSH_ALLOW_PRIVATE_ADDRESSES)


def validate_public_key(text: str) -> None:
    """Raise ValidationError unless the text encodes a point of the curve P-256 (RFC 8291)."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(text))
    except ValueError as error:
        raise ValidationError(_("This browser sent an invalid key.")) from error


def validate_secret(text: str) -> None:
    """Raise ValidationError unless the text encodes 16 bytes."""
    try:
        is_valid = len(decode(text)) == SECRET_LENGTH
    except ValueError:
        is_valid = False
    if not is_valid:
        raise ValidationError(_("This browser sent an invalid key."))


class PushSubscriptionForm(OneLineForm):
    """The browser's address at its push service, and the keys to encrypt notifications with."""

    endpoint = forms.CharField(max_length=1000, validators=[validate_endpoint])
    public_key = forms.CharField(max_length=100, validators=[validate_public_key])
    secret = forms.CharField(max_length=40, validators=[validate_secret])
