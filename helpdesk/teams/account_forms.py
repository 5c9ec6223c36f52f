"""allauth's forms, changed to find accounts only by confirmed addresses, and to record wrong passwords and codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as BaseChangePasswordForm
from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.account.forms import ResetPasswordKeyForm as BaseResetPasswordKeyForm
from allauth.account.forms import SetPasswordForm as BaseSetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.forms import PasswordChangeForm
from django.forms import ValidationError
from django.http import HttpRequest
from django.utils.translation import get_language

from helpdesk.teams import tasks
from helpdesk.teams.account_events import record
from helpdesk.teams.models import AccountEvent, User
from helpdesk.teams.passwords import RULES
from helpdesk.teams.throttling import taking_turns
from helpdesk.ui.cleaning import clean_key

T = TypeVar("T")


class ResetPasswordForm(BaseResetPasswordForm):  # type: ignore[misc]
    """Sends the e-mail only to an account's confirmed address, never to one that is still to be confirmed."""

    def clean_email(self) -> str:
        """Find the account, if any. allauth's own search takes longer for unknown addresses, which reveals them."""
        email: str = self.cleaned_data["email"]
        self.users = list(User.objects.filter(email=clean_key(email), is_active=True))
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Leave it to a worker, also for unknown addresses, so that response times do not reveal who has an account."""
        user_id = self.users[0].pk if self.users else None
        tasks.send_password_reset.defer(user_id=user_id, language=get_language())
        return str(self.cleaned_data["email"])


def check_current_password(user: User, password: str) -> str:
    """Return the password if it is this person's. Raises ValidationError if not, or after too many wrong ones."""
    adapter = get_adapter(context.request)
    if not adapter.reauthenticate(user, password):
        raise adapter.validation_error("enter_current_password")
    return password


class RulesMixin:
    """Shows the password rules in one line, instead of allauth's list of Django's sentences."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = RULES  # type: ignore[attr-defined]


class SetPasswordForm(RulesMixin, BaseSetPasswordForm):  # type: ignore[misc]
    """The form to set a first password."""


class ResetPasswordKeyForm(RulesMixin, BaseResetPasswordKeyForm):  # type: ignore[misc]
    """The form to choose a new password by the link in an e-mail."""


class ChangePasswordForm(RulesMixin, BaseChangePasswordForm):  # type: ignore[misc]
    """The form to change one's password, which asks for the current one."""

    def clean_oldpassword(self) -> str:
        """The current password. Attempts are counted and recorded as at login. Raises ValidationError."""
        return check_current_password(self.user, self.cleaned_data["oldpassword"])


class AdminChangePasswordForm(PasswordChangeForm):
    """The admin's form to change one's own password, which asks for the current one."""

    def clean_old_password(self) -> str:
        """The current password. Raises ValidationError for a wrong one, which is recorded."""
        return check_current_password(self.user, self.cleaned_data["old_password"])


class ActivateTOTPForm(BaseActivateTOTPForm):  # type: ignore[misc]
    """Sets up an authenticator app by its first code, which like every code can be used only once."""

    def clean_code(self) -> str:
        """The code that the app shows. Raises ValidationError for a wrong one."""
        code: str = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


def recorded(user: User, clean: Callable[[], T]) -> T:
    """Call `clean`, and record if it fails. A person's attempts are checked one at a time. Raises ValidationError."""
    wrong = None
    with taking_turns(f"code {user.pk}"):
        try:
            return clean()
        except ValidationError as error:
            record(context.request, AccountEvent.Kind.CODE_FAILED, user.email, user)
            wrong = error
    raise wrong


class RecordedCodeMixin:
    """Records wrong one-time codes."""

    user: User

    def clean_code(self) -> str:
        """The code. Raises ValidationError for a wrong one, which is recorded."""
        code: str = recorded(self.user, super().clean_code)  # type: ignore[misc]
        return code


class AuthenticateForm(RecordedCodeMixin, BaseAuthenticateForm):  # type: ignore[misc]
    """The form that asks for a code at login."""


class ReauthenticateForm(RecordedCodeMixin, BaseReauthenticateForm):  # type: ignore[misc]
    """The form that asks for a code again before a sensitive change."""
