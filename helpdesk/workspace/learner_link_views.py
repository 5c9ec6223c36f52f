"""Links for a ticket's learner to their page: creating one to hand over, and revoking all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.conversations.learner_page import learner_links
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.ui import flash
from helpdesk.workspace.page_urls import back_to_ticket
from helpdesk.workspace.ticket_views import find_ticket, link_name


@require_POST
@team_view(Permission.TICKET_CHANGE)
def create(request: TeamRequest, number: int) -> HttpResponse:
    """Create a link, which only the next page shows."""
    ticket = find_ticket(request, number)
    flash.put(request, link_name(ticket), learner_links.link_for(ticket))
    return back_to_ticket(request, number)


@require_POST
@team_view(Permission.TICKET_CHANGE)
def revoke(request: TeamRequest, number: int) -> HttpResponse:
    """Revoke all links to this ticket."""
    learner_links.revoke_links(find_ticket(request, number))
    messages.success(request, _("The learner’s links no longer work."))
    return back_to_ticket(request, number)
