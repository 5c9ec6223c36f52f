"""The security settings that an owner sets for everybody in the team."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.forms import SecurityForm
from helpdesk.teams.models import Team
from helpdesk.teams.reauthentication import requires_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.teams.session_limits import end_overdue_sessions


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.OWNER_MANAGE)
@requires_reauthentication()
def team_security(request: TeamRequest) -> HttpResponse:
    """Second factors, and how long people stay logged in; sessions beyond a new limit end at once."""
    data = request.POST if request.method == "POST" else None
    form = SecurityForm(data, instance=Team.objects.get(pk=request.team.pk), by=request.user)
    if form.is_valid():
        with transaction.atomic():
            form.save()
            if form.has_changed():
                record_audit(request.team.pk, Kind.SETTINGS_CHANGED, details=" ".join(form.changed_data))
        end_overdue_sessions(request.team, but=request.session.session_key)
        messages.success(request, _("Saved."))
        return redirect("team_security", request.team.slug)
    context = {"nav": "team", "form": form}
    return render(request, "teams/security.html", context, status=422 if form.is_bound else 200)
