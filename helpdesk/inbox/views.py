"""The inbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.inbox.counts import COUNTED, count_as_urgent
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.chips import chips_of
from helpdesk.inbox.filters.pager import PAGE_SIZE, page_of
from helpdesk.inbox.forms import SavedViewForm, change_offers
from helpdesk.inbox.rows import groups_of
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.context import contexts_of
from helpdesk.tickets.models import Ticket

MOST_ROWS = 500


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def inbox(request: TeamRequest) -> HttpResponse:
    """The team's tickets, by the question in the address; read anew by whoever comes back to it."""
    ticket_filter = TicketFilter(request.GET, request.team, request.user)
    page = page_of(ticket_filter, _page_size(request))
    goes_on = ticket_filter.is_queue and bool(page.next_query)
    is_fresh = not (page.tickets or request.GET) and not Ticket.objects.for_team(request.team).exists()
    context = {
        "nav": ticket_filter.nav,
        "filter": ticket_filter,
        "chips": chips_of(ticket_filter),
        "list_query": ticket_filter.query(),
        "in_query": ticket_filter.in_query,
        "page": page,
        "groups": groups_of(
            page.tickets,
            contexts_of(page.tickets),
            request.team,
            ticket_filter.course_labels,
            by_urgency=ticket_filter.is_queue,
            last_count=count_as_urgent(ticket_filter.tickets, page.tickets[-1]) if goes_on else "",
        ),
        "has_sources": is_fresh and request.team.sources.exists(),
        "is_fresh": is_fresh,
        "can_change": request.membership.can(Permission.TICKET_CHANGE),
        "newest": Ticket.objects.latest_pk(),
        "offers": change_offers(request.membership),
        "save_form": SavedViewForm(),
    }
    return render(request, "inbox/_rows.html" if _wants_rows(request) else "inbox/inbox.html", context)


def _wants_rows(request: Any) -> bool:
    return bool(request.htmx) and request.htmx.target == "more"


def _page_size(request: Any) -> int:
    """As many rows as the list has that comes anew, or that somebody comes back to, up to MOST_ROWS; else a page."""
    shown = request.GET.get("shown", "")
    return min(MOST_ROWS, max(PAGE_SIZE, int(shown))) if shown.isdecimal() and len(shown) < 5 else PAGE_SIZE


@require_safe
@team_view(Permission.TICKET_VIEW)
def inbox_updates(request: TeamRequest) -> HttpResponse:
    """How many help requests came for this list since it was shown, and the views' counts as they are now."""
    ticket_filter = TicketFilter(request.GET, request.team, request.user)
    newest = request.GET.get("newest", "")
    count = 0
    if newest.isdecimal() and len(newest) < 18:
        shown_in = (
            Ticket.objects.for_team(request.team).filter(pk__gt=newest).values_list("pk", "merged_into")[:COUNTED]
        )
        count = ticket_filter.tickets.filter(pk__in={merged_into or pk for pk, merged_into in shown_in}).count()
    context = {"count": count, "list_query": ticket_filter.query()}
    return render(request, "inbox/_updates.html", context)
