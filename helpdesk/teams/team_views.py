"""The team's page: members, roles, invitations, name, time zone and business hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.teams import actions
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.business_hours_form import BusinessHoursForm
from helpdesk.teams.emails import invitation_address, send_invitation
from helpdesk.teams.forms import InvitationForm, TeamForm, roles_to_give
from helpdesk.teams.models import Invitation, Membership, Team
from helpdesk.teams.names import labels_of
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import EXPLANATIONS, ROLES_THAT_MANAGE, Permission, Role
from helpdesk.ui import flash
from helpdesk.ui.refusals import ActionRefused

THROTTLED = 429
TOO_MANY_SENT = gettext_lazy("The team has sent many invitations within an hour. Try again later.")


def show_team(request: TeamRequest, *, status: int = 200, **forms: Any) -> HttpResponse:
    """The page; `forms` replaces a fresh form with the invalid one."""
    memberships = Membership.objects.for_team(request.team).select_related("user").order_by("user__name", "user__email")
    labels = {user.pk: label for user, label in labels_of(membership.user for membership in memberships)}
    invitation_pk, link = _new_link(request)
    context = {
        "nav": "team",
        "new_link": link,
        "new_link_of": invitation_pk,
        "explanations": [(label, EXPLANATIONS[Role(value)]) for value, label in Role.choices],
        "members": [(membership, labels[membership.user_id]) for membership in memberships],
        "invitations": Invitation.objects.for_team(request.team).order_by("email"),
        "roles": roles_to_give(request.membership),
        "team_form": TeamForm(instance=Team.objects.get(pk=request.team.pk)),
        "hours_form": BusinessHoursForm(hours=request.team.business_hours),
        "invitation_form": InvitationForm(by=request.membership),
    }
    return render(request, "teams/team.html", context | forms, status=status)


def gives_management(request: TeamRequest, **_place: Any) -> bool:
    """Whether the chosen role manages the team."""
    return request.POST.get("role") in ROLES_THAT_MANAGE


def renews_management(request: TeamRequest, pk: int) -> bool:
    """Whether the invitation is to a role that manages the team."""
    return Invitation.objects.for_team(request.team).filter(pk=pk, role__in=ROLES_THAT_MANAGE).exists()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_VIEW, to_change=Permission.TEAM_MANAGE)
def team(request: TeamRequest) -> HttpResponse:
    """Show the team; a POST changes its settings."""
    if request.method != "POST":
        return show_team(request)
    form = TeamForm(request.POST, instance=Team.objects.get(pk=request.team.pk))
    if not form.is_valid():
        return show_team(request, status=422, team_form=form)
    with transaction.atomic():
        form.save()
        if form.has_changed():
            record_audit(request.team.pk, Kind.SETTINGS_CHANGED, details=" ".join(form.changed_data))
    messages.success(request, _("Saved."))
    return redirect("team", request.team.slug)


@require_POST
@never_cache
@team_view(Permission.TEAM_MANAGE)
def set_business_hours(request: TeamRequest) -> HttpResponse:
    """Set when the team works; due times of existing requests stay."""
    form = BusinessHoursForm(request.POST, hours=request.team.business_hours)
    if not form.is_valid():
        return show_team(request, status=422, hours_form=form)
    if form.is_change:
        with transaction.atomic():
            Team.objects.filter(pk=request.team.pk).update(business_hours=form.hours)
            record_audit(request.team.pk, Kind.SETTINGS_CHANGED, details="business_hours")
    messages.success(request, _("Saved."))
    return redirect("team", request.team.slug)


@require_POST
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication(when=gives_management)
def invite(request: TeamRequest) -> HttpResponse:
    """Invite an address."""
    form = InvitationForm(request.POST, by=request.membership)
    if not form.is_valid():
        return show_team(request, status=422, invitation_form=form)
    if not _may_send(request):
        form.add_error("email", TOO_MANY_SENT)
        return show_team(request, status=THROTTLED, invitation_form=form)
    try:
        invitation, token = actions.invite(request.membership, form.cleaned_data["email"], form.cleaned_data["role"])
    except ActionRefused as refused:
        form.add_error("email", str(refused))
        return show_team(request, status=422, invitation_form=form)
    _send(request, invitation, token)
    return redirect("team", request.team.slug)


@require_POST
@never_cache
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication(when=renews_management)
def renew_invitation(request: TeamRequest, pk: int) -> HttpResponse:
    """Send it again, or only show its new link if `send` is missing; an expired invitation becomes valid again."""
    invitation = get_object_or_404(Invitation.objects.for_team(request.team), pk=pk)
    if "send" in request.POST and not _may_send(request):
        messages.error(request, TOO_MANY_SENT)
        return show_team(request, status=THROTTLED)
    try:
        token = actions.renew_invitation(request.membership, invitation)
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return show_team(request, status=422)
    if "send" in request.POST:
        _send(request, invitation, token)
    else:
        _show_link_next(request, invitation, token)
    return redirect("team", request.team.slug)


def _may_send(request: TeamRequest) -> bool:
    """Whether the team may send another invitation now; if so, it is counted."""
    return bool(ratelimit.consume(request, action="invitation", key=str(request.team.pk)))


def _send(request: TeamRequest, invitation: Invitation, token: str) -> None:
    """Send the e-mail, and show its link once on the next page, for people who would rather pass it on themselves."""
    _show_link_next(request, invitation, token)
    if send_invitation(invitation, token):
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    else:
        text = _("The e-mail could not be sent. Give %(email)s the link below.")
        messages.warning(request, text % {"email": invitation.email})


def _show_link_next(request: TeamRequest, invitation: Invitation, token: str) -> None:
    flash.put(request, f"invitation-{request.team.pk}", f"{invitation.pk} {invitation_address(token)}")


def _new_link(request: TeamRequest) -> tuple[int, str]:
    """The primary key of the invitation whose link was just created, and the link, which is shown only once."""
    pk, _space, address = flash.pop(request, f"invitation-{request.team.pk}").partition(" ")
    return int(pk or 0), address


@require_POST
@team_view(Permission.TEAM_MANAGE)
def revoke_invitation(request: TeamRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = get_object_or_404(Invitation.objects.for_team(request.team), pk=pk)
    return _act(request, lambda: actions.revoke_invitation(request.membership, invitation))


@require_POST
@team_view(Permission.TEAM_MANAGE)
@requires_reauthentication(when=gives_management)
def change_role(request: TeamRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    membership = get_object_or_404(Membership.objects.for_team(request.team), pk=pk)
    return _act(request, lambda: actions.change_role(request.membership, membership, request.POST.get("role", "")))


@require_POST
@team_view(Permission.TEAM_MANAGE)
def remove_member(request: TeamRequest, pk: int) -> HttpResponse:
    """End a membership."""
    membership = get_object_or_404(Membership.objects.for_team(request.team), pk=pk)
    go_on = _leave if membership.pk == request.membership.pk else _stay
    return _act(request, lambda: actions.remove_member(request.membership, membership), go_on)


def _stay(request: TeamRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("team", request.team.slug)


def _leave(request: TeamRequest) -> HttpResponse:
    """Redirect to the person's home; leaving their last team has ended their session."""
    if not request.session.exists(request.session.session_key or ""):
        logout(request)
    messages.success(request, _("You have left the team."))
    return redirect("home")


def _act(request: TeamRequest, action: Any, go_on: Callable[[TeamRequest], HttpResponse] = _stay) -> HttpResponse:
    try:
        action()
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return show_team(request, status=422)
    return go_on(request)
