"""What a ticket's pickers load when they are opened."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.tickets.changes import ASSIGNEE, TAG
from helpdesk.ui.cleaning import clean_key
from helpdesk.workspace.pickers import open_counts, tags_offered
from helpdesk.workspace.ticket_views import find_ticket


@require_safe
@team_view(TAG.permission, is_background=True)
def find_tags(request: TeamRequest, number: int) -> HttpResponse:
    """Tags that contain what is typed, ignoring accents, each with a button to add it to the ticket or remove it."""
    ticket = find_ticket(request, number)
    tags = tags_offered(request.membership, ticket, clean_key(request.GET.get("tag", "")))
    return render(request, "workspace/_tags_found.html", {"ticket": ticket, "tags": tags})


@require_safe
@team_view(ASSIGNEE.permission, is_background=True)
def count_open_tickets(request: TeamRequest) -> HttpResponse:
    """How many tickets each person has to do, to show beside their names."""
    return render(request, "workspace/_open_counts.html", {"counts": open_counts(request.team)})
