"""allauth's passkey forms, changed to treat malformed data as a wrong passkey, and to record wrong passkeys."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.account_forms import recorded
from helpdesk.teams.models import User
from helpdesk.ui.fields import NameField

LONGEST = 20_000  # characters of what a browser sends; real passkeys take some 2,000
# What the library raises for malformed data.
UNREADABLE = (
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
T = TypeVar("T")


class CredentialField(forms.JSONField):
    """What the browser sends about a passkey."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        """A JSON object. Raises ValidationError for anything else, and for what the database cannot store."""
        is_kept = isinstance(value, str) and len(value) <= LONGEST and "\\u0000" not in value
        try:
            credential = super().to_python(value) if is_kept else None
        except RecursionError:
            credential = None
        if not isinstance(credential, dict):
            raise get_adapter().validation_error("incorrect_code")
        return credential

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing is shown again: an answer is valid only once."""
        return None


def readable(clean: Callable[[], T]) -> T:
    """Call `clean`. Raises ValidationError if it fails because of malformed data."""
    try:
        return clean()
    except UNREADABLE as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, and its name."""

    name = NameField(
        label=_("Name"), required=False, max_length=100, help_text=_("To tell it apart, such as “My phone”.")
    )
    credential = CredentialField()

    def clean(self) -> Any:
        """Attribute every error to the passkey."""
        try:
            return readable(super().clean)
        except forms.ValidationError as wrong:
            self.add_error("credential", wrong)
            return self.cleaned_data


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Rename a passkey."""

    name = NameField(label=_("Name"), max_length=100)


class RecordedPasskeyMixin:
    """Records wrong passkeys."""

    user: User

    def clean_credential(self) -> Any:
        """What the browser signed. Raises ValidationError if it matches no passkey, which is recorded."""
        clean = super().clean_credential  # type: ignore[misc]
        return recorded(self.user, lambda: readable(clean))


class AuthenticatePasskeyForm(RecordedPasskeyMixin, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey at login."""

    credential = CredentialField()


class ReauthenticatePasskeyForm(RecordedPasskeyMixin, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey before a sensitive change."""

    credential = CredentialField()
