"""The doors to the changes: each parses what was posted, makes one change, and shows the ticket again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.tickets import changes
from helpdesk.tickets.actions import ActionRefused, TicketChanged, require_version
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import Change
from helpdesk.tickets.forms import ChangeForm
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import changes_since
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


def change_view(change: Change, form_name: str = "") -> Callable[..., HttpResponseBase]:
    """The view that makes this change of a ticket.

    What is wrong comes back with the page, and loses nothing typed: in the form, where the page knows it by
    `form_name`, else above the ticket.
    """

    @require_POST
    @team_view(change.permission)
    def view(request: TeamRequest, number: int) -> HttpResponse:
        ticket = find_ticket(request, number)
        form = change.form(request.POST, team=request.team, ticket=ticket) if change.form else None
        shown = {form_name: form} if form and form_name else {}
        if form and not form.is_valid():
            return _show_problem(request, ticket, form.problem, shown)
        seen = request.POST.get("seen", "")
        try:
            _make(request, ticket, change, form, seen)
        except TicketChanged:
            return _show_what_changed(request, ticket, int(seen), shown)
        except ActionRefused as refused:
            for each in shown.values():
                each.add_error(None, str(refused))
            return _show_problem(request, ticket, str(refused), shown)
        return _back_to(request, ticket)

    return view


def _make(request: TeamRequest, ticket: Ticket, change: Change, form: ChangeForm | None, seen: str) -> None:
    """Make the change of the version that was seen. Raises ActionRefused, and TicketChanged."""
    actor = Actor.person(request.user)
    with transaction.atomic():
        if seen.isdecimal() and len(seen) < 9:
            require_version(ticket, actor, int(seen))
        change.make(ticket, actor, form.value if form else None)


def _back_to(request: TeamRequest, ticket: Ticket) -> HttpResponse:
    """The ticket's page, still in the list that it was opened from."""
    address = reverse("ticket", args=[request.team.slug, ticket.number])
    if came_from := request.GET.get("in"):
        address += f"?{urlencode({'in': came_from})}"
    response = redirect(address)
    response.status_code = 303
    return response


def _show_what_changed(request: TeamRequest, ticket: Ticket, seen: int, forms: dict[str, ChangeForm]) -> HttpResponse:
    """The ticket as it is now, what others did, and what was typed."""
    ticket = find_ticket(request, ticket.number)
    meanwhile = changes_since(ticket, seen, exclude_actor=request.user)
    return show_ticket(request, ticket, status=409, meanwhile=meanwhile, **forms)


def _show_problem(request: TeamRequest, ticket: Ticket, problem: str, forms: dict[str, ChangeForm]) -> HttpResponse:
    """The ticket as it is, with what is wrong in these forms, or above it where there is none."""
    if not forms:
        messages.error(request, problem)
    return show_ticket(request, find_ticket(request, ticket.number), status=422, **forms)


assign = change_view(changes.ASSIGNEE, "assignment_form")
take = change_view(changes.TAKE)
change_status = change_view(changes.STATUS)
change_priority = change_view(changes.PRIORITY)
add_tag = change_view(changes.TAG, "tag_form")
remove_tag = change_view(changes.UNTAG)
add_note = change_view(changes.NOTE, "note_form")
snooze = change_view(changes.SNOOZE, "snooze_form")
unsnooze = change_view(changes.UNSNOOZE)
merge = change_view(changes.MERGE, "merge_form")


@require_POST
@team_view(changes.UNMERGE.permission)
def unmerge(request: TeamRequest, number: int) -> HttpResponse:
    """Split a folded request off again; shows the ticket that it was folded into, where it was asked for."""
    ticket = find_ticket(request, number)
    shown = ticket.merged_into or ticket
    try:
        changes.UNMERGE.make(ticket, Actor.person(request.user))
    except ActionRefused as refused:
        return _show_problem(request, ticket, str(refused), {})
    messages.success(request, _("#%(number)s is a ticket of its own again.") % {"number": ticket.number})
    return _back_to(request, shown)
