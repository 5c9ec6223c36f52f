"""The team's pages about privacy."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from helpdesk.courses.models import Learner
from helpdesk.privacy import actions
from helpdesk.privacy.exporting import storage
from helpdesk.privacy.models import LearnerExport
from helpdesk.privacy.register import Subject, holdings
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission

SHOWN = 10  # exports


@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def personal_data(request: TeamRequest) -> HttpResponse:
    """What is held of whom, what for, for how long, and what becomes of it."""
    groups = [(subject, sorted(holdings(subject), key=lambda each: each.name)) for subject in Subject]
    return render(request, "privacy/personal_data.html", {"nav": "team", "groups": groups})


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def learner_privacy(request: TeamRequest, pk: int) -> HttpResponse:
    """What can be done with a learner's data, and what was."""
    learner = get_object_or_404(Learner.objects.for_team(request.team), pk=pk)
    context: dict[str, Any] = {"nav": "learners", "learner": learner, "exports": _exports_of(request, learner)}
    return render(request, "privacy/learner.html", context)


def _exports_of(request: TeamRequest, learner: Learner) -> list[tuple[LearnerExport, str, str]]:
    """The latest, each with who asked for it and who downloaded it last."""
    exports = list(LearnerExport.objects.for_team(request.team).filter(learner=learner).order_by("-pk")[:SHOWN])
    people = People(request.team, {pk for each in exports for pk in (each.requested_by_id, each.downloaded_by_id)})
    return [(each, people.label(each.requested_by_id), people.label(each.downloaded_by_id)) for each in exports]


@require_POST
@team_view(Permission.PRIVACY_MANAGE)
def create_export(request: TeamRequest, pk: int) -> HttpResponse:
    """Have the file made."""
    learner = get_object_or_404(Learner.objects.for_team(request.team), pk=pk)
    actions.request_export(learner, request.user)
    return redirect("learner_privacy", request.team.slug, pk)


@never_cache
@require_safe
@team_view(Permission.PRIVACY_MANAGE)
def download_export(request: TeamRequest, pk: int) -> HttpResponseBase:
    """The file, until its time is over; who had it last is noted."""
    export = get_object_or_404(LearnerExport.objects.for_team(request.team), pk=pk)
    if not export.is_available or not storage().exists(export.storage_key):
        raise Http404
    if request.method == "GET":
        LearnerExport.objects.filter(pk=pk).update(downloaded_at=timezone.now(), downloaded_by=request.user)
    return FileResponse(
        storage().open(export.storage_key),
        as_attachment=True,
        filename=f"learner-{export.learner_id}.zip",
        content_type="application/zip",
    )
