"""Logins by the installation's OpenID Connect provider: whom they let in, and what is stored of the provider's data."""

from __future__ import annotations

import logging
import time
from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.actions import find_or_create_user, is_valid_invitation
from helpdesk.teams.models import Invitation, User
from helpdesk.ui.cleaning import clean_key, clean_name

logger = logging.getLogger(__name__)
BEGUN_AT = "confirmation_begun_at"  # key in the login state that is kept on the server
CLOCKS_DIFFER = 60  # seconds, at most
PROVIDER_ID = "sso"  # part of the redirect URL that is registered with the provider


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, from the settings. New people get an account only if their address was invited."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": _("You have no password. Set one first, or you will not be able to log in again."),
    }

    def list_apps(self, request: HttpRequest, provider: str = "", client_id: str = "") -> list[SocialApp]:
        """The provider in the settings, if there is one and it matches; providers in the database are ignored."""
        is_meant = provider in {"", None, PROVIDER_ID, "openid_connect"}
        is_meant &= client_id in {"", None, settings.OIDC_CLIENT_ID}
        return [_app()] if settings.OIDC_ISSUER and is_meant else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether an address that the provider has verified has a valid invitation."""
        emails = [clean_key(each.email) for each in sociallogin.email_addresses if each.verified]
        found = Invitation.objects.select_related("team", "invited_by").filter(email__in=emails)
        return any(is_valid_invitation(invitation) for invitation in found)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Set a new account's address and name. Nothing else that the provider sends is stored."""
        sociallogin.authenticated_at = _auth_time(sociallogin.account.extra_data.get("id_token"))
        sociallogin.account.extra_data = {}
        for address in sociallogin.email_addresses:  # some providers write "false", which Python takes for true
            address.verified = address.verified is True or address.verified == "true"
        user: User = sociallogin.user
        user.email = clean_key(str(data.get("email") or ""))
        user.name = clean_name(str(data.get("name") or "")[:150])
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """For a reauthentication, check that it is the same person, and that the provider has really asked them.

        The latter is taken on trust if a provider sends no `auth_time`, although `max_age` obliges it to. Raises
        ImmediateHttpResponse.
        """
        begun_at = (sociallogin.state.get("data") or {}).get(BEGUN_AT)
        if begun_at is None:
            return
        if not request.user.is_authenticated or sociallogin.user.pk != request.user.pk:
            refuse_confirmation(request, _("You logged in as somebody else there. Nothing was confirmed."))
        if sociallogin.authenticated_at is None:
            logger.warning("The login provider does not say when people logged in (auth_time).")
        elif sociallogin.authenticated_at < begun_at - CLOCKS_DIFFER:
            refuse_confirmation(
                request, _("You were not asked to identify yourself there. Log out there, then try again.")
            )
        account = sociallogin.account
        record_authentication(
            request,
            request.user,
            method="socialaccount",
            reauthenticated=True,
            provider=account.provider,
            uid=account.uid,
        )

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Create the account as an invitation's form does, but without a password."""
        user = find_or_create_user(sociallogin.user.email, None, sociallogin.user.name)
        sociallogin.user = sociallogin.account.user = user
        sociallogin.account.save()
        return user


def refuse_confirmation(request: HttpRequest, why: str | Promise) -> NoReturn:
    """Raises ImmediateHttpResponse with a redirect to the account's page, which shows why.

    The page that asked would lead to the provider again.
    """
    messages.error(request, str(why))
    raise ImmediateHttpResponse(redirect("account" if request.user.is_authenticated else "account_login"))


def send_to_confirm(request: HttpRequest, next_url: str) -> HttpResponse:
    """Redirect to the provider, which has to ask even people whom it knows, and from there to the next page."""
    provider = get_adapter(request).get_provider(request, PROVIDER_ID)
    response: HttpResponse = provider.redirect(
        request,
        process=AuthProcess.REDIRECT,
        next_url=next_url,
        data={BEGUN_AT: time.time()},
        auth_params={"prompt": "login", "max_age": "0"},
    )
    return response


def _auth_time(id_token: Any) -> float | None:
    """When the person last logged in at the provider, in seconds since 1970; None if the token does not say."""
    said = id_token.get("auth_time") if isinstance(id_token, dict) else None
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None


def _app() -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=PROVIDER_ID,
        name=settings.OIDC_NAME,
        client_id=settings.OIDC_CLIENT_ID,
        secret=settings.OIDC_CLIENT_SECRET,
        settings={
            "server_url": settings.OIDC_ISSUER,
            "oauth_pkce_enabled": True,
            "verified_email": settings.OIDC_VERIFIED_DOMAINS,
        },
    )
