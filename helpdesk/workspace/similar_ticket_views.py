"""Other learners who asked for help in the same place, loaded on demand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.workspace.page_urls import filter_of_list
from helpdesk.workspace.similar_tickets import described, similar_tickets_of
from helpdesk.workspace.ticket_views import find_ticket


@require_safe
@team_view(Permission.TICKET_VIEW, is_background=True)
def similar_tickets(request: TeamRequest, number: int) -> HttpResponse:
    """The latest similar tickets: for the ticket's page, or as a page of their own."""
    ticket = find_ticket(request, number)
    similar = similar_tickets_of(ticket)
    context = {
        "ticket": ticket,
        "similar_tickets": similar,
        "described": described(ticket, similar) if similar else [],
        "in_query": filter_of_list(request).in_query,
        "nav": "",
    }
    template = "workspace/_similar_tickets.html" if request.htmx else "workspace/similar_tickets.html"
    return render(request, template, context)
