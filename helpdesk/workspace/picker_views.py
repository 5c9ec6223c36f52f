"""What a ticket's pickers ask for once they are open."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.tickets.changes import ASSIGNEE, TAG
from helpdesk.ui.names import clean_key
from helpdesk.workspace.pickers import open_counts, tags_offered
from helpdesk.workspace.ticket_views import find_ticket


@require_safe
@team_view(TAG.permission, is_background=True)
def find_tags(request: TeamRequest, number: int) -> HttpResponse:
    """The tags in which what is typed occurs, whatever its accents, each to be put on the ticket or taken off it."""
    ticket = find_ticket(request, number)
    tags = tags_offered(request.membership, ticket, clean_key(request.GET.get("tag", "")))
    return render(request, "workspace/_tags_found.html", {"ticket": ticket, "tags": tags})


@require_safe
@team_view(ASSIGNEE.permission, is_background=True)
def count_open_tickets(request: TeamRequest) -> HttpResponse:
    """How many tickets each person has to do, for the places beside their names."""
    return render(request, "workspace/_open_counts.html", {"counts": open_counts(request.team)})
