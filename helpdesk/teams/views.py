"""A person's own pages: their teams, their account, an invitation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.teams.access import attach_only_team, personal_view
from helpdesk.teams.account_events import record
from helpdesk.teams.actions import (
    accept_invitation,
    is_valid_invitation,
    join_with_new_account,
)
from helpdesk.teams.forms import JoinForm, NotificationsForm, ProfileForm
from helpdesk.teams.models import AccountEvent, Invitation, Membership, User
from helpdesk.teams.session_views import shown_sessions
from helpdesk.teams.tokens import hash_token
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused


@require_safe
@personal_view
def home(request: Any) -> HttpResponse:
    """Redirect to the inbox if the person has one team, else to the choice of teams."""
    memberships = list(Membership.objects.filter(user=request.user).select_related("team")[:2])
    if len(memberships) == 1:
        return redirect("inbox", memberships[0].team.slug)
    return redirect("choose_team")


@require_safe
@personal_view
def choose_team(request: Any) -> HttpResponse:
    """The person's teams."""
    memberships = Membership.objects.filter(user=request.user).select_related("team").order_by("team__name")
    return render(request, "teams/choose_team.html", {"memberships": memberships})


@require_http_methods(["GET", "HEAD", "POST"])
@personal_view
def account(request: Any) -> HttpResponse:
    """The person's profile, notification settings, sessions, and links to security settings."""
    attach_only_team(request)
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, instance=request.user)
    memberships = Membership.objects.filter(user=request.user).select_related("team").order_by("team__name")
    notifications = [NotificationsForm(data, instance=member, prefix=f"team-{member.pk}") for member in memberships]
    if data is not None and all([form.is_valid(), *(each.is_valid() for each in notifications)]):
        with transaction.atomic():
            for each in [form, *notifications]:
                each.save()
        messages.success(request, _("Saved."))
        return redirect("account")
    context = {"nav": "account", "form": form, "notifications": notifications, "sessions": shown_sessions(request)}
    return render(request, "teams/account.html", context, status=200 if data is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join a team by an invitation's link, with the account of the invited address, or with a new one."""
    found = Invitation.objects.select_related("team", "invited_by").filter(token_hash=hash_token(token)).first()
    if found is None or not is_valid_invitation(found):
        return render(request, "teams/invitation_gone.html", status=404)
    user = request.user if isinstance(request.user, User) else None
    is_new = user is None and not User.objects.filter(email=found.email).exists()
    data = request.POST if request.method == "POST" else None
    form = JoinForm(data, invitation=found) if is_new and settings.PASSWORD_LOGIN else None
    if data is not None and (user or (form and form.is_valid())):
        try:
            membership = _join(request, found, user, form)
        except ActionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Welcome to %(team)s.") % {"team": isolated_text(membership.team)})
            return redirect("inbox", membership.team.slug)
    context = {"form": form, "is_new": is_new, **_invited(request, found, user)}
    return render(request, "teams/invitation.html", context, status=200 if data is None else 422)


def _invited(request: HttpRequest, invitation: Invitation, user: User | None) -> dict[str, Any]:
    """What the page says of the invitation, and whether it is for whoever is logged in."""
    is_theirs = user is not None and user.email == invitation.email
    return {
        "invitation": invitation,
        "is_for_this_user": is_theirs,
        "is_for_somebody_else": user is not None and not is_theirs,
        "login_address": f"{reverse('account_login')}?next={request.path}",
    }


def _join(request: HttpRequest, invitation: Invitation, user: User | None, form: Any) -> Membership:
    if user:
        return accept_invitation(invitation, user)
    membership = join_with_new_account(invitation, form.cleaned_data["name"], form.cleaned_data["password"])
    login(request, membership.user)
    record(request, AccountEvent.Kind.LOGGED_IN, membership.user.email, membership.user)
    return membership
