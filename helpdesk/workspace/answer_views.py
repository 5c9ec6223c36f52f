"""Suggested answers: what people replied before to questions like this ticket's."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversations.answers import answers_for, use_answer
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.workspace.composer import REPLY
from helpdesk.workspace.page_urls import back_to_ticket, filter_of_list
from helpdesk.workspace.ticket_views import find_ticket


@require_safe
@team_view(Permission.TICKET_REPLY, is_background=True)
def answers(request: TeamRequest, number: int) -> HttpResponse:
    """The suggested answers: loaded by the ticket's page with htmx, or as a page of their own."""
    ticket = find_ticket(request, number)
    context = {
        "ticket": ticket,
        "answers": [] if ticket.is_merged else answers_for(ticket, Actor.person(request.user)),
        "list_query": filter_of_list(request).query(),
        "in_query": filter_of_list(request).in_query,
        "nav": "",
    }
    return render(request, "workspace/_answers.html" if request.htmx else "workspace/answers.html", context)


@require_POST
@team_view(Permission.TICKET_REPLY)
def use(request: TeamRequest, number: int, pk: int) -> HttpResponse:
    """Append an earlier answer to the user's draft, and open that."""
    ticket = find_ticket(request, number)
    try:
        if ticket.is_merged or not use_answer(ticket, request.user, pk):
            raise Http404
    except ActionRefused as refused:
        messages.error(request, str(refused))
    return back_to_ticket(request, number, write=REPLY)
