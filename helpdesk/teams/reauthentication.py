"""Asks people to confirm who they are before the actions that could do most harm in an unlocked browser.

Passwords, addresses and second factors are changed on allauth's pages, which ask by themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, is_reauthentication_required
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.ui.interrupted import keep_unconfirmed_form, referring_page

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]
SAFE = {"GET", "HEAD"}
# The `app` in allauth's calls of the adapter for our own pages, for which a recent login is enough.
OURS = "helpdesk"
# Models whose admin pages give or take rights, or contain secrets; their lists may be looked at.
ADMIN_LISTS = {
    f"admin/{model}/"
    for model in (
        *("teams/user", "teams/team", "teams/membership", "teams/invitation", "auth/group"),
        *("webhooks/source", "api/token", "mfa/authenticator", "integrations/webhookendpoint"),
    )
}


def requires_reauthentication(
    *, allow_get: bool = False, when: Callable[..., bool] | None = None
) -> Callable[[View[P]], View[P]]:
    """A view for people who logged in or reauthenticated within ACCOUNT_REAUTHENTICATION_TIMEOUT.

    Put it below `team_view`, which first checks whether the person may do it at all. Others are sent to reauthenticate,
    and then back, where they can submit their form again. With `allow_get`, GET requests pass. `when`, called with
    the request and the view's arguments, decides whether reauthentication is needed at all.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def confirmed(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            is_open = allow_get and request.method in SAFE
            if not is_open and (when is None or when(request, *args, **kwargs)) and needs_reauthentication(request):
                return redirect_to_reauthentication(request)
            return view(request, *args, **kwargs)

        confirmed.requires_reauthentication = True  # type: ignore[attr-defined] # for the test that lists them
        return confirmed

    return decorate


def needs_reauthentication(request: Any) -> bool:
    """Whether the person's last login or reauthentication is too long ago."""
    if has_lately_logged_in(request):
        return False
    return is_by_single_sign_on_alone(request.user) or bool(is_reauthentication_required(request, app=OURS))


def is_by_single_sign_on_alone(user: Any) -> bool:
    """Whether only the login provider can confirm the person: they have neither a password nor a second factor."""
    if not settings.OIDC_ISSUER or not user.is_authenticated or get_reauthentication_flows(user):
        return False
    return bool(SocialAccount.objects.filter(user=user).exists())


def has_lately_logged_in(request: Any) -> bool:
    """Whether the person logged in or reauthenticated within ACCOUNT_REAUTHENTICATION_TIMEOUT."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def redirect_to_reauthentication(request: Any) -> HttpResponse:
    """Redirect to reauthentication; a submitted form is kept until then."""
    is_change = request.method not in SAFE
    page = referring_page(request) or _home_of(request) if is_change else request.get_full_path()
    if is_change and keep_unconfirmed_form(request):
        messages.info(request, _("What you sent is kept in the meantime."))
    method = get_adapter(request).get_reauthentication_methods(request.user)[0]
    address = f"{method['url']}?{urlencode({REDIRECT_FIELD_NAME: page})}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _home_of(request: Any) -> str:
    return reverse("inbox", args=[request.team.slug]) if hasattr(request, "team") else request.path


def is_required_in_admin(request: Any) -> bool:
    """Whether an admin page needs it: those of models in ADMIN_LISTS, except for looking at lists and histories."""
    route = request.resolver_match.route
    is_list = route in ADMIN_LISTS
    if is_list:
        return request.method not in SAFE
    return any(route.startswith(each) for each in ADMIN_LISTS) and not route.endswith("/history/")
