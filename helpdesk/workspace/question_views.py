"""The question of a ticket, written down by the team."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused, tell_question
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.forms import QuestionForm
from helpdesk.workspace.addresses import back_to_ticket
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(Permission.TICKET_CHANGE)
def tell(request: TeamRequest, number: int) -> HttpResponse:
    """Write it down, or correct it. What is wrong comes back with what was typed."""
    ticket, form = find_ticket(request, number), QuestionForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            tell_question(ticket, Actor.person(request.user), data["question"], data["topic"])
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return back_to_ticket(request, number)
    return show_ticket(request, find_ticket(request, number), status=422, question_form=form)
