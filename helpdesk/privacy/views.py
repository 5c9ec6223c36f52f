"""The team's pages about privacy."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.privacy.register import Subject, holdings
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission


@require_safe
@team_view(Permission.TEAM_MANAGE)
def personal_data(request: TeamRequest) -> HttpResponse:
    """What is held of whom, what for, for how long, and what becomes of it."""
    groups = [(subject, sorted(holdings(subject), key=lambda each: each.name)) for subject in Subject]
    return render(request, "privacy/personal_data.html", {"nav": "team", "groups": groups})
