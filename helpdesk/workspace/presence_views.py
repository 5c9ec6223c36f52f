"""Who else has a ticket open, and what they changed since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.models import User
from helpdesk.teams.names import People
from helpdesk.teams.roles import Permission
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import changes_since
from helpdesk.ui.whole_numbers import whole_number
from helpdesk.workspace.models import TicketViewer
from helpdesk.workspace.ticket_views import find_ticket

PRESENT_FOR = timedelta(seconds=10)  # the page posts every four seconds while it is open


def note_viewer(ticket: Ticket, user: User, *, is_writing: bool = False) -> None:
    """Record that this person has the ticket's page open now."""
    viewer = TicketViewer(
        team_id=ticket.team_id, ticket=ticket, user=user, seen_at=timezone.now(), is_writing=is_writing
    )
    TicketViewer.objects.bulk_create(
        [viewer],
        update_conflicts=True,
        unique_fields=["ticket", "user"],
        update_fields=["seen_at", "is_writing"],
    )


def other_viewers(ticket: Ticket, user: User) -> QuerySet[TicketViewer]:
    """The other people who have the ticket open now, by name."""
    recent = TicketViewer.objects.filter(ticket=ticket, seen_at__gt=timezone.now() - PRESENT_FOR)
    return recent.exclude(user=user).select_related("user").order_by("user__name", "user__email")


def _named(ticket: Ticket, viewers: Iterable[TicketViewer]) -> list[tuple[TicketViewer, str]]:
    """Each viewer with a name that tells them from other members."""
    found = list(viewers)
    if not found:
        return []
    people = People(ticket.team)
    return [(viewer, people.label(viewer.user_id, str(viewer.user))) for viewer in found]


@require_POST
@team_view(Permission.TICKET_VIEW, is_background=True, is_polled=True)
def presence(request: TeamRequest, number: int) -> HttpResponse:
    """Record that the page is open; show who else has it open, and what was changed since it was loaded."""
    ticket = find_ticket(request, number)
    note_viewer(ticket, request.user, is_writing=request.POST.get("writing") == "1")
    seen_version = whole_number(request.POST.get("seen", ""))
    if seen_version is None:
        seen_version = ticket.version
    context = {
        "ticket": ticket,
        "viewers": _named(ticket, other_viewers(ticket, request.user)),
        "meanwhile": changes_since(ticket, seen_version, exclude_actor=request.user),
        "list_query": request.GET.get("in", ""),
    }
    return render(request, "workspace/_presence.html", context)
