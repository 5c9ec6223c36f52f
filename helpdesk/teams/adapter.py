"""Adapts allauth: accounts by invitation only, logins throttled and recorded, e-mails of our own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core import context as allauth_context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.core.internal.httpkit import HTTP_USER_AGENT_MAX_LENGTH
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.operations.encryption import decrypt_text, encrypt_text
from helpdesk.operations.environ import client_address
from helpdesk.teams import tasks
from helpdesk.teams.account_emails import FIRST_BY_LINK, account_content
from helpdesk.teams.account_events import (
    end_other_sessions,
    end_pending_email_changes,
    hash_unknown,
    normalize_email,
    record,
)
from helpdesk.teams.browsers import browser_name
from helpdesk.teams.emails import send_or_log
from helpdesk.teams.models import AccountEvent, Membership, User
from helpdesk.teams.reauthentication import OURS, has_lately_logged_in, is_by_single_sign_on_alone
from helpdesk.teams.second_factors import has_second_factor
from helpdesk.teams.session_ends import end_with_session
from helpdesk.teams.session_use import IN_SESSION
from helpdesk.teams.throttling import is_known_address, may_try_password, taking_turns
from helpdesk.ui.emails import compose
from helpdesk.ui.fields import AddressField

Kind = AccountEvent.Kind

CHANGES = {  # by the template of the e-mail that reports it
    "account/email/password_changed": Kind.PASSWORD_CHANGED,
    "account/email/password_set": Kind.PASSWORD_CHANGED,
    "account/email/password_reset": Kind.PASSWORD_RESET,
    FIRST_BY_LINK: Kind.PASSWORD_RESET,
    "account/email/email_changed": Kind.EMAIL_CHANGED,
    "mfa/email/totp_activated": Kind.TWO_FACTOR_ACTIVATED,
    "mfa/email/totp_deactivated": Kind.TWO_FACTOR_DEACTIVATED,
    "mfa/email/webauthn_added": Kind.PASSKEY_ADDED,
    "mfa/email/webauthn_removed": Kind.PASSKEY_REMOVED,
    "mfa/email/recovery_codes_generated": Kind.RECOVERY_CODES_MADE,
    "socialaccount/email/account_connected": Kind.SINGLE_SIGN_ON_CONNECTED,
    "socialaccount/email/account_disconnected": Kind.SINGLE_SIGN_ON_DISCONNECTED,
}
PASSWORD_CHANGES = {Kind.PASSWORD_CHANGED, Kind.PASSWORD_RESET}
TOLD_AGAIN_AFTER = timedelta(hours=1)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts come from invitations and from `create_team`, never from an open form."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "no_password_login": _("Password login is disabled here."),
        "email_password_mismatch": _("Wrong e-mail or password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The client's IP address, behind our proxies."""
        return client_address(request.META)

    # Logging in

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person whose password this is, at login; None if it is wrong.

        Raises ValidationError after too many wrong passwords, or if password login is disabled.
        """
        if not settings.PASSWORD_LOGIN:
            raise self.validation_error("no_password_login")
        return self._check_password(request, **credentials)

    def _check_password(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Every typed password is checked here. The attempt counts as failed meanwhile, so that parallel ones count."""
        attempt = self._count_attempt(request, normalize_email(str(credentials.get("email", ""))))
        user: User | None = super().authenticate(request, **credentials)
        if user:
            attempt.delete()
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Does nothing: `_check_password` has counted the attempt already."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Does nothing: we count attempts ourselves, not by allauth's rate limits."""

    def _count_attempt(self, request: HttpRequest, email: str) -> AccountEvent:
        address = client_address(request.META)
        user = User.objects.filter(email=email).first()
        name = user.email if user else hash_unknown(email)
        attempt, is_told = None, False
        with taking_turns(name, address):
            if may_try_password(name, address):
                attempt = record(request, Kind.LOGIN_FAILED, name, user)
            elif user:
                is_told = self._record_refusal(request, user)
        if user and is_told:
            tasks.send_login_refused.defer(
                user_id=user.pk,
                language=get_language(),
                ip=address,
                user_agent=self.get_http_user_agent(request)[:HTTP_USER_AGENT_MAX_LENGTH],
                timestamp=timezone.now().isoformat(),
            )
        if attempt is None:
            raise self.validation_error("too_many_login_attempts")
        return attempt

    def _record_refusal(self, request: HttpRequest, user: User) -> bool:
        refused = AccountEvent.objects.filter(email=user.email, kind=Kind.LOGIN_REFUSED)
        if refused.filter(created_at__gt=timezone.now() - TOLD_AGAIN_AFTER).exists():
            return False
        record(request, Kind.LOGIN_REFUSED, user.email, user)
        return True

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the person's password. Raises ValidationError after too many wrong ones.

        Django may then rehash an old password with more rounds, which ends sessions; this one continues.
        """
        request = allauth_context.request
        found = self._check_password(request, email=user.email, password=password)
        if found is None or found != user:
            return False
        request.session[HASH_SESSION_KEY] = found.get_session_auth_hash()
        return True

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Record the login, and notify the person if it comes from a new IP address."""
        is_new = user.account_events.filter(kind=Kind.LOGGED_IN).exists() and not is_known_address(
            user.email, client_address(request.META)
        )
        record(request, Kind.LOGGED_IN, user.email, user)
        request.session.pop(IN_SESSION, None)  # a new one begins
        if is_new:
            self.send_notification_mail("account/email/new_login", user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def logout(self, request: HttpRequest) -> None:
        """Log out, and end what belongs to the session."""
        end_with_session(request.session)
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """False for our own pages after a recent login; allauth's pages require a reauthentication even then.

        allauth would not ask people whom only the login provider can confirm. Raises ReauthenticationRequired for them,
        unless they were there recently.
        """
        is_recent = has_lately_logged_in(self.request)
        if app == OURS and is_recent:
            return False
        if app != OURS and not is_recent and is_by_single_sign_on_alone(self.request.user):
            raise ReauthenticationRequired
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """How the person can reauthenticate; by the login provider if there is no other way."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        if not methods and is_by_single_sign_on_alone(user):
            url = reverse("sso_reauthenticate")
            methods = [{"id": "sso_reauthenticate", "description": settings.OIDC_NAME, "url": url}]
        return methods

    # E-mails

    def clean_email(self, email: str) -> str:
        """The address in its stored form. Raises ValidationError if e-mails cannot go there."""
        return str(AddressField().clean(email))

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Make the confirmed address the account's, in one transaction."""
        with transaction.atomic():
            return bool(super().confirm_email(request, email_address))

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Notify the person of a change. Every change passes here, so here it is recorded and ends other sessions.

        A new password also cancels changes of address that are not confirmed yet.
        """
        if template_prefix == "account/email/password_reset" and getattr(self.request, "has_no_password_yet", False):
            template_prefix = FIRST_BY_LINK
        if kind := CHANGES.get(template_prefix):
            record(self.request, kind, user.email, user)
            end_other_sessions(self.request, user)
        if kind in PASSWORD_CHANGES:
            end_pending_email_changes(user)
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email or user.email)

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC, signup: bool
    ) -> None:
        """Send the link that confirms an address.

        If it is to replace the person's address, first record the request and notify them at the present one.
        """
        address = emailconfirmation.email_address
        if address.email != address.user.email:
            record(request, Kind.EMAIL_CHANGE_REQUESTED, address.email, address.user)
            context = {"to_email": address.email}
            self.send_notification_mail("account/email/email_change_requested", address.user, context)
        super().send_confirmation_mail(request, emailconfirmation, signup)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send an e-mail in the product's own layout. Raises ValueError for a template without content."""
        content = account_content(template_prefix, {"email": email} | context)
        if content is None:
            raise ValueError(f"Nothing says what {template_prefix} tells")
        send_or_log(compose(content, email))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC) -> str:
        """The link for the e-mail, at BASE_URL, whatever host the request named."""
        return str(settings.BASE_URL) + reverse("account_confirm_email", args=[emailconfirmation.key])


class TwoFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts the secrets of second factors, and keeps those that a team requires."""

    error_messages: ClassVar = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _(
            "One of your teams requires two-factor login, and this is your only second factor. Add another one first."
        ),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person has another second factor, or needs none."""
        if has_second_factor(authenticator.user, but=authenticator.pk):
            return True
        return not Membership.objects.filter(user=authenticator.user_id).requiring_second_factor().exists()

    def generate_authenticator_name(self, user: User, type: str) -> str:
        """The name of a new passkey if the person gives none: that of the browser."""
        request = allauth_context.request
        return browser_name(request.headers.get("User-Agent", "")) or gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """This site, by its host, which browsers bind passkeys to, and our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Helpdesk"}

    def encrypt(self, text: str) -> str:
        """Encrypt the secret of a second factor, for the database."""
        return encrypt_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt the stored secret of a second factor."""
        return decrypt_text(encrypted_text)
