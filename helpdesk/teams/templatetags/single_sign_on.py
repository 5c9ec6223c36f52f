"""The installation's login provider, for templates."""

from __future__ import annotations

from allauth.socialaccount.providers.base import AuthProcess
from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from helpdesk.teams.single_sign_on import PROVIDER_ID

register = template.Library()


@register.simple_tag
def single_sign_on(process: str = AuthProcess.LOGIN, page: str = "") -> dict[str, str] | None:
    """The provider's name, and the URL that leads there and then to `page`; None if there is no provider."""
    if not settings.OIDC_ISSUER:
        return None
    query = {"process": process} | ({"next": page} if page else {})
    address = reverse("openid_connect_login", args=[PROVIDER_ID])
    return {"name": settings.OIDC_NAME, "address": f"{address}?{urlencode(query)}"}


@register.simple_tag
def password_login() -> bool:
    """Whether people may log in with a password."""
    return bool(settings.PASSWORD_LOGIN)
