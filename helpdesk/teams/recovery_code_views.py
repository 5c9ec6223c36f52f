"""allauth's pages of recovery codes, changed for people without a second factor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.recovery_codes import views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from helpdesk.teams.second_factors import has_second_factor

View = Callable[..., HttpResponse]


def _of_second_factor(view: View) -> View:
    """Redirect people without a second factor to where one is set up: no login would ask for their recovery codes."""

    @wraps(view)
    def led(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and not has_second_factor(request.user):
            return redirect("mfa_index")
        return view(request, **kwargs)

    return led


view_recovery_codes = _of_second_factor(views.view_recovery_codes)
generate_recovery_codes = _of_second_factor(views.generate_recovery_codes)
