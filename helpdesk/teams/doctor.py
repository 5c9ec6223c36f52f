"""The doctor's checks of the login provider, and of accounts."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from requests import RequestException

from helpdesk.operations.doctor.findings import Finding, fail, ok, warn
from helpdesk.teams.models import User

ADDRESSES = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")  # that a login needs
NO_ADDRESS = "@no-address.invalid"  # of an account that had none (migration 0019)


def check_single_sign_on() -> Iterator[Finding]:
    """Whether the provider, if there is one, publishes how to log in."""
    if not settings.OIDC_ISSUER:
        return
    to_do = _("Open %s/.well-known/openid-configuration from this machine, and see whether OIDC_ISSUER is right.")
    try:
        answer = get_adapter().get_requests_session().get(f"{settings.OIDC_ISSUER}/.well-known/openid-configuration")
        answer.raise_for_status()
        told = answer.json()
        lacking = [name for name in ("issuer", *ADDRESSES) if not told.get(name)]
        words = _("It does not state: %s") % ", ".join(lacking) if lacking else ""
    except (RequestException, ValueError, AttributeError) as error:
        words = _("It cannot be read: %s") % type(error).__name__
    if words:
        yield fail(_("single sign-on"), words, to_do % settings.OIDC_ISSUER)
    else:
        yield ok(_("single sign-on"), settings.OIDC_NAME)


def check_account_addresses() -> Iterator[Finding]:
    """Accounts that once had no address, and were given one that leads nowhere."""
    for user in User.objects.filter(email__endswith=NO_ADDRESS):
        page = settings.BASE_URL + reverse("admin:teams_user_change", args=[user.pk])
        yield warn(
            _("accounts"),
            _("An account had no e-mail address; it now has %(email)s, which leads nowhere.") % {"email": user.email},
            _("Open %(page)s and give it the person’s address, or delete the account.") % {"page": page},
        )
