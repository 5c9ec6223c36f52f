"""allauth's pages to the login provider and back, where that may not answer, or answer nonsense."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.openid_connect import views
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from requests import RequestException

logger = logging.getLogger(__name__)
View = Callable[[HttpRequest, str], HttpResponse]


def _told_where_it_fails(view: View) -> View:
    """Say that the provider did not tell who it is: allauth does so too, but not while it reads its settings."""

    @wraps(view)
    def told(request: HttpRequest, provider_id: str) -> HttpResponse:
        try:
            return view(request, provider_id)
        except (RequestException, LookupError, ValueError) as error:
            logger.warning("The login provider cannot be used", exc_info=error)
            response: HttpResponse = render_authentication_error(request, None, exception=error)
            return response

    return login_not_required(told)


begin = _told_where_it_fails(views.login)
come_back = _told_where_it_fails(views.callback)
