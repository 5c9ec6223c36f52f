"""The view in which the team writes down a ticket's question."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.bulk.actions import change_at_once
from helpdesk.bulk.results import result_of
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import QUESTION
from helpdesk.tickets.forms import QuestionForm
from helpdesk.workspace.changed_ticket import ChangedTicketPage
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(QUESTION.permission)
def change_question(request: TeamRequest, number: int) -> HttpResponse:
    """Set or correct the question; can be undone. An invalid form is shown again, with what was typed (422)."""
    page, form = ChangedTicketPage(request, number), QuestionForm(request.POST)
    if form.is_valid():
        try:
            change = change_at_once(page.ticket, Actor.person(request.user), QUESTION, form.value)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return page.answer(result_of(change))
    return show_ticket(request, find_ticket(request, number), status=422, question_form=form)
