"""Notes for the team; whatever else is done to a ticket goes by way of helpdesk/bulk, which can undo it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import NOTE
from helpdesk.tickets.forms import NoteForm
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(NOTE.permission)
def add_note(request: TeamRequest, number: int) -> HttpResponse:
    """Write one; it does not depend on what others changed meanwhile. What is wrong comes back with what was typed."""
    ticket, form = find_ticket(request, number), NoteForm(request.POST)
    if form.is_valid():
        try:
            NOTE.make(ticket, Actor.person(request.user), form.value)
        except ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            return back_to_ticket(request, number)
    return show_ticket(request, find_ticket(request, number), status=422, note_form=form)


def back_to_ticket(request: TeamRequest, number: int) -> HttpResponse:
    """The ticket's page, still in the list that it was opened from."""
    address = reverse("ticket", args=[request.team.slug, number])
    if came_from := request.GET.get("in"):
        address += f"?{urlencode({'in': came_from})}"
    return HttpResponseSeeOther(address)
