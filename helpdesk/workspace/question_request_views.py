"""Lets a person ask the learner what a ticket is about, for the first time or once more."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.conversations.actions.asking import ask_learner
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.workspace.page_urls import back_to_ticket
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(Permission.TICKET_REPLY)
def ask(request: TeamRequest, number: int) -> HttpResponse:
    """Ask the learner what it is about; the e-mail leaves after some seconds, and can be cancelled until then."""
    try:
        message = ask_learner(find_ticket(request, number), Actor.person(request.user))
    except ActionRefused as refused:
        return show_ticket(request, find_ticket(request, number), status=409, problem=str(refused))
    if request.htmx:
        return show_ticket(request, find_ticket(request, number), sent=message)
    return back_to_ticket(request, number, sent=str(message.pk))
