"""Who has a second factor, and what happens to people who lack one that their team requires."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from helpdesk.teams.models import Membership, User
from helpdesk.teams.querysets import SECOND_FACTORS
from helpdesk.ui.interrupted import keep_barred_form


def has_second_factor(user: User, but: int | None = None) -> bool:
    """Whether the person has a second factor, other than the one with primary key `but`."""
    return bool(Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exclude(pk=but).exists())


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Whether any team of theirs requires a second factor that they do not have; used for what belongs to no team."""
    if not user.is_authenticated:
        return False
    is_asked = Membership.objects.filter(user=user).requiring_second_factor().exists()
    return is_asked and not has_second_factor(user)


def lead_to_set_up(request: Any, *, is_background: bool) -> HttpResponse:
    """Redirect to the page where a second factor is set up, with a message; a form is kept until then.

    Raises PermissionDenied for requests that a page sends by itself.
    """
    if is_background:
        raise PermissionDenied
    if request.method not in {"GET", "HEAD"}:
        keep_barred_form(request)
    messages.warning(request, _("Your team requires two-factor login. Set it up here; then you can continue."))
    return HttpResponseClientRedirect(reverse("mfa_index")) if request.htmx else redirect("mfa_index")
