"""allauth's pages to the login provider and back, changed for a provider that does not answer, or answers nonsense."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import password_set
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect import views
from allauth.socialaccount.views import connections as allauth_connections
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from requests import RequestException

from helpdesk.teams.reauthentication import is_by_single_sign_on_alone, requires_reauthentication
from helpdesk.teams.single_sign_on import send_to_confirm

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def _explaining_failures(view: View) -> View:
    """Show an error page if the provider fails, also while its configuration is read, which allauth does not handle."""

    @wraps(view)
    def explained(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except (RequestException, LookupError, ValueError) as error:
            logger.warning("The login provider cannot be used", exc_info=error)
            response: HttpResponse = render_authentication_error(request, None, exception=error)
            return response

    return explained


login = login_not_required(_explaining_failures(views.login))
callback = login_not_required(_explaining_failures(views.callback))
# allauth would let anybody at an unlocked browser set the first password of somebody who has none.
set_password = requires_reauthentication()(password_set)


def connections(request: HttpRequest) -> HttpResponse:
    """What the account is connected with; redirects to the account page if there is no provider, and no connection."""
    if not settings.OIDC_ISSUER and not SocialAccount.objects.filter(user=request.user.pk).exists():
        return redirect("account")
    response: HttpResponse = allauth_connections(request)
    return response


@require_safe
@_explaining_failures
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Redirect to the login provider if only it can confirm who the person is, else to the next page."""
    next_url = get_next_redirect_url(request) or reverse("account")
    if not is_by_single_sign_on_alone(request.user):
        return redirect(next_url)
    return send_to_confirm(request, next_url)
