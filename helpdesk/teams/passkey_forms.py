"""allauth's forms of passkeys, where whatever a browser sends is a wrong key at worst, and a wrong one is recorded."""

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
from helpdesk.ui.names import NameField

LONGEST = 20_000  # characters of what a browser sends of a key; those there are have some 2,000
# What the library raises for what is no key at all.
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
    """What the browser says of a key."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        """An object. Raises ValidationError for anything else, and for what the database cannot keep."""
        is_kept = isinstance(value, str) and len(value) <= LONGEST and "\\u0000" not in value
        try:
            credential = super().to_python(value) if is_kept else None
        except RecursionError:
            credential = None
        if not isinstance(credential, dict):
            raise get_adapter().validation_error("incorrect_code")
        return credential

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Nothing of it is shown again: it was good for one question."""
        return None


def readable(clean: Callable[[], T]) -> T:
    """What this gives. Raises ValidationError where it stumbles over something that no browser would send."""
    try:
        return clean()
    except UNREADABLE as error:
        raise get_adapter().validation_error("incorrect_code") from error


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new key, and what the person calls it."""

    name = NameField(
        label=_("Name"), required=False, max_length=100, help_text=_("To tell it apart, such as “My phone”.")
    )
    credential = CredentialField()

    def clean(self) -> Any:
        """What is wrong is wrong with the key."""
        try:
            return readable(super().clean)
        except forms.ValidationError as wrong:
            self.add_error("credential", wrong)
            return self.cleaned_data


class EditPasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Rename a passkey."""

    name = NameField(label=_("Name"), max_length=100)


class RecordedPasskeyMixin:
    """Records that a key was wrong."""

    user: User

    def clean_credential(self) -> Any:
        """What the browser signed. Raises ValidationError where it fits no passkey, which is recorded."""
        clean = super().clean_credential  # type: ignore[misc]
        return recorded(self.user, lambda: readable(clean))


class AuthenticatePasskeyForm(RecordedPasskeyMixin, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The key, on logging in."""

    credential = CredentialField()


class ReauthenticatePasskeyForm(RecordedPasskeyMixin, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The key, before what is secret is changed."""

    credential = CredentialField()
