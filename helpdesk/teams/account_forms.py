"""allauth's forms, where an account is known by its confirmed address and a wrong code is recorded."""

from __future__ import annotations

from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django.forms import ValidationError

from helpdesk.teams.account_events import record
from helpdesk.teams.models import AccountEvent, User


class ResetPasswordForm(BaseResetPasswordForm):  # type: ignore[misc]
    """The letter goes to the address of an account, never to one that is yet to be confirmed."""

    def clean_email(self) -> str:
        """Finds whom to write to, if anybody."""
        email: str = super().clean_email()
        self.users = list(User.objects.filter(email=email.lower(), is_active=True))
        return email


class ActivateTOTPForm(BaseActivateTOTPForm):  # type: ignore[misc]
    """The first code, by which two factors are set up; like every other it is good once."""

    def clean_code(self) -> str:
        """Raises ValidationError."""
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class RecordedCodeMixin:
    """Records that a one-time code was wrong."""

    user: User

    def clean_code(self) -> str:
        """Raises ValidationError."""
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            record(context.request, AccountEvent.Kind.CODE_FAILED, self.user.email, self.user)
            raise
        return code


class AuthenticateForm(RecordedCodeMixin, BaseAuthenticateForm):  # type: ignore[misc]
    """The code, on logging in."""


class ReauthenticateForm(RecordedCodeMixin, BaseReauthenticateForm):  # type: ignore[misc]
    """The code, before what is secret is changed."""
