"""Asking for a change of one or many tickets, seeing it through, and undoing it."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from helpdesk.bulk import actions
from helpdesk.bulk.forms import BulkForm
from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import Result, result_of
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.pager import next_after
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket

MOST = 5_000  # tickets of one change
AT_ONCE = 0.0  # seconds of steps in a request: a single one, so that its progress shows soon


@require_POST
@team_view(Permission.TICKET_CHANGE)
def create_bulk_change(request: TeamRequest) -> HttpResponse:
    """Begin a change, and make its first step at once; most are finished by that. A worker makes the others."""
    form = BulkForm(request.POST, membership=request.membership)
    problem = ""
    if form.is_valid():
        data = form.cleaned_data
        try:
            actor = Actor.person(request.user)
            change = actions.begin(
                request.team, actor, data["kind"], data["value"], data["tickets"], most=MOST, seen=data["seen"]
            )
        except ActionRefused as refused:
            problem = str(refused)
        else:
            actions.run(change, AT_ONCE)
            return _answer(request, change)
    else:
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return _say(request, problem)


@require_safe
@team_view(Permission.TICKET_CHANGE)
def bulk_change(request: TeamRequest, pk: int) -> HttpResponse:
    """How far it is, and what came of it."""
    return render(request, "bulk/bulk_change.html", {"result": result_of(_find(request, pk)), "nav": ""})


@require_POST
@team_view(Permission.TICKET_CHANGE, is_background=True)
def run_bulk_change(request: TeamRequest, pk: int) -> HttpResponse:
    """How far it is by now; where no worker is at it, the next step is made here."""
    change = _find(request, pk)
    actions.make_steps(change, AT_ONCE)
    return _answer(request, change)


@require_POST
@team_view(Permission.TICKET_CHANGE)
def undo_bulk_change(request: TeamRequest, pk: int) -> HttpResponse:
    """Bring back what was before. Where that cannot begin, as after a second click, the page says how things are."""
    change = _find(request, pk)
    try:
        actions.begin_undo(change, Actor.person(request.user))
    except actions.TooManyAtWork as refused:
        return _say(request, str(refused))
    except ActionRefused:
        return _answer(request, change)
    actions.run(change, AT_ONCE)
    return _answer(request, change)


def _find(request: TeamRequest, pk: int) -> BulkChange:
    return get_object_or_404(BulkChange.objects.for_team(request.team), pk=pk, actor=request.user)


def _say(request: TeamRequest, problem: str) -> HttpResponse:
    """Why nothing was begun: in place, or above the list."""
    if request.htmx:
        return render(request, "bulk/_problem.html", {"problem": problem}, status=422)
    messages.error(request, problem)
    return redirect(_list_address(request))


def _answer(request: TeamRequest, change: BulkChange) -> HttpResponse:
    """The result so far: in place, or as a page, or beside the ticket or list that the person goes on with."""
    result = result_of(change)
    if request.htmx:
        response = render(request, "bulk/_result.html", {"result": result})
        return response if result.waiting else trigger_client_event(response, "list-changed")
    if result.waiting:
        return redirect("bulk_change", request.team.slug, change.pk)
    if "from_ticket" in request.POST:
        return redirect(_next_address(request, result))
    return redirect(_with(_list_address(request), changed=str(change.pk)))


def _list_address(request: TeamRequest) -> str:
    query = QueryDict(request.POST.get("query", "")).urlencode()
    return reverse("inbox", args=[request.team.slug]) + (f"?{query}" if query else "")


def _next_address(request: TeamRequest, result: Result) -> str:
    """The ticket after the one that was changed on its page, in the list that it was opened from."""
    ticket = result.only.ticket if result.only else None
    shown: Ticket | None = ticket
    if ticket and not result.refused and ticket.is_finished:
        asked = TicketFilter(QueryDict(request.POST.get("query", "")), request.team, request.user)
        shown = next_after(asked, ticket)
    if shown is None:
        return _with(_list_address(request), changed=str(result.change.pk))
    address = reverse("ticket", args=[request.team.slug, shown.number])
    return _with(address, changed=str(result.change.pk), **{"in": request.POST.get("query", "")})


def _with(address: str, **values: str) -> str:
    return (
        address + ("&" if "?" in address else "?") + urlencode({key: value for key, value in values.items() if value})
    )
