"""What the doctor says of the login provider."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.utils.translation import gettext as _
from requests import RequestException

from helpdesk.operations.doctor.findings import Finding, fail, ok

ADDRESSES = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")  # that a login asks


def check_single_sign_on() -> Iterator[Finding]:
    """Whether the provider tells how to log in by it, where there is one."""
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
