"""Logins by the installation's OpenID Connect provider: who they let in, and what is kept of what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.actions import find_or_make_user, is_valid_invitation
from helpdesk.teams.models import Invitation, User
from helpdesk.ui.names import clean_key, clean_name

PROVIDER_ID = "sso"  # part of the address that is registered at the provider


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """One provider, from the settings. Who has no account yet gets one by an invitation to that address alone."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "disconnect_last": _("You have no password. Set one first, or you could not log in any more."),
        "no_password": _("You have no password. Set one first, or you could not log in any more."),
    }

    def list_apps(self, request: HttpRequest, provider: str = "", client_id: str = "") -> list[SocialApp]:
        """The one of the settings, if there is one; none in the database."""
        is_meant = provider in {"", None, PROVIDER_ID, "openid_connect"} and client_id in {
            "",
            None,
            settings.OIDC_CLIENT_ID,
        }
        return list(_configured()) if is_meant else []

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether somebody has invited an address that the provider has verified."""
        emails = [clean_key(each.email) for each in sociallogin.email_addresses if each.verified]
        found = Invitation.objects.select_related("team", "invited_by").filter(email__in=emails)
        return any(is_valid_invitation(invitation) for invitation in found)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """A new account's address and name. Nothing else that the provider tells is kept."""
        sociallogin.account.extra_data = {}
        for address in sociallogin.email_addresses:  # some providers write "false", which Python takes for true
            address.verified = address.verified is True or address.verified == "true"
        user: User = sociallogin.user
        user.email = clean_key(str(data.get("email") or ""))
        user.name = clean_name(str(data.get("name") or "")[:150])
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        """Make the account as an invitation's form does, but without a password."""
        user = find_or_make_user(sociallogin.user.email, None, sociallogin.user.name)
        sociallogin.user = sociallogin.account.user = user
        sociallogin.account.save()
        return user


def _configured() -> Iterator[SocialApp]:
    if settings.OIDC_ISSUER:
        yield SocialApp(
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
