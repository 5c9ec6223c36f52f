"""The team's record of incidents: what happened, whom to notify by when, and who was notified."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.privacy.forms import IncidentForm
from helpdesk.privacy.models import Incident
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission
from helpdesk.ui.keyset import Order, paginate
from helpdesk.ui.responses import HttpResponseSeeOther

PAGE_SIZE = 50
NEWEST_FIRST = Order(("id",), is_descending=True)


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def incidents(request: TeamRequest) -> HttpResponse:
    """List the team's incidents, newest first."""
    page = paginate(Incident.objects.for_team(request.team), NEWEST_FIRST, request.GET.get("before", ""), PAGE_SIZE)
    context = {
        "nav": "team",
        "incidents": page.rows,
        "older_than": page.next_place,
    }
    return render(request, "privacy/incidents.html", context)


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def incident(request: TeamRequest, pk: int) -> HttpResponse:
    """Show one incident, to be read and printed."""
    found = get_object_or_404(Incident.objects.for_team(request.team), pk=pk)
    recorder = People(request.team, [found.recorded_by_id]).label(found.recorded_by_id)
    context = {"nav": "team", "incident": found, "recorder": recorder}
    return render(request, "privacy/incident.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.PRIVACY_MANAGE)
def create_incident(request: TeamRequest) -> HttpResponse:
    """Record an incident."""
    return _edit(request, Incident(team=request.team, recorded_by=request.user), Kind.INCIDENT_RECORDED)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.PRIVACY_MANAGE)
def change_incident(request: TeamRequest, pk: int) -> HttpResponse:
    """Add what has become known, or what was done."""
    return _edit(request, get_object_or_404(Incident.objects.for_team(request.team), pk=pk), Kind.INCIDENT_CHANGED)


def _edit(request: TeamRequest, found: Incident, kind: Kind) -> HttpResponse:
    form = IncidentForm(request.POST if request.method == "POST" else None, instance=found)
    if form.is_valid():
        if form.has_changed():
            with transaction.atomic():
                form.save()
                changed = " ".join(form.changed_data) if kind == Kind.INCIDENT_CHANGED else ""
                record_audit(request.team.pk, kind, about=f"#{found.pk}", details=changed)
        messages.success(request, _("Saved."))
        return HttpResponseSeeOther(reverse("incident", args=[request.team.slug, found.pk]))
    context = {"nav": "team", "incident": found if found.pk else None, "form": form}
    return render(request, "privacy/edit_incident.html", context, status=422 if form.is_bound else 200)
