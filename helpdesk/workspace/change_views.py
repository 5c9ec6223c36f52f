"""The doors to the actions: each parses what was posted, calls one action, and shows the ticket again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.forms import AssignmentForm, MergeForm, NoteForm, PriorityForm, SnoozeForm, StatusForm, TagForm
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.timeline import changes_since
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


def _change(
    request: TeamRequest,
    ticket: Ticket,
    act: Callable[[Actor, dict[str, Any]], None],
    form: forms.Form | None = None,
    form_name: str = "",
) -> HttpResponse:
    """Run the action with the form's data. What is wrong comes back with the page, and loses nothing typed."""
    if form is not None and not form.is_valid():
        if form_name:
            return show_ticket(request, ticket, status=422, **{form_name: form})
        return _refuse(request, ticket, " ".join(str(error) for errors in form.errors.values() for error in errors))
    actor, seen = Actor.person(request.user), request.POST.get("seen", "")
    try:
        with transaction.atomic():
            if seen.isdecimal() and len(seen) < 9:
                actions.require_version(ticket, actor, int(seen))
            act(actor, form.cleaned_data if form is not None else {})
    except actions.TicketChanged:
        return _show_what_changed(request, ticket, int(seen), {form_name: form} if form_name else {})
    except actions.ActionRefused as refused:
        if form is not None and form_name:
            form.add_error(None, str(refused))
            return show_ticket(request, find_ticket(request, ticket.number), status=422, **{form_name: form})
        return _refuse(request, ticket, str(refused))
    return _back_to(request, ticket)


def _back_to(request: TeamRequest, ticket: Ticket) -> HttpResponse:
    """The ticket's page, still in the list that it was opened from."""
    address = reverse("ticket", args=[request.team.slug, ticket.number])
    if came_from := request.GET.get("in"):
        address += f"?{urlencode({'in': came_from})}"
    response = redirect(address)
    response.status_code = 303
    return response


def _show_what_changed(
    request: TeamRequest, ticket: Ticket, seen: int, forms: dict[str, forms.Form | None]
) -> HttpResponse:
    """The ticket as it is now, what others did, and what was typed."""
    ticket = find_ticket(request, ticket.number)
    meanwhile = changes_since(ticket, seen, exclude_actor=request.user)
    return show_ticket(request, ticket, status=409, meanwhile=meanwhile, **forms)


def _refuse(request: TeamRequest, ticket: Ticket, why: str) -> HttpResponse:
    messages.error(request, why)
    return show_ticket(request, find_ticket(request, ticket.number), status=422)


@require_POST
@team_view(Permission.TICKET_ASSIGN)
def assign(request: TeamRequest, number: int) -> HttpResponse:
    """Make somebody responsible, or nobody."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.assign_ticket(ticket, actor, data["assignee"]),
        AssignmentForm(request.POST, team=request.team),
        "assignment_form",
    )


@require_POST
@team_view(Permission.TICKET_ASSIGN)
def take(request: TeamRequest, number: int) -> HttpResponse:
    """Make oneself responsible."""
    ticket = find_ticket(request, number)
    return _change(request, ticket, lambda actor, data: actions.take_ticket(ticket, actor))


@require_POST
@team_view(Permission.TICKET_CHANGE)
def change_status(request: TeamRequest, number: int) -> HttpResponse:
    """Move the ticket along; a finished one is reopened this way too."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.change_status(ticket, actor, data["status"]),
        StatusForm(request.POST),
    )


@require_POST
@team_view(Permission.TICKET_CHANGE)
def change_priority(request: TeamRequest, number: int) -> HttpResponse:
    """Say how much it matters."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.change_priority(ticket, actor, data["priority"]),
        PriorityForm(request.POST),
    )


@require_POST
@team_view(Permission.TICKET_CHANGE)
def add_tag(request: TeamRequest, number: int) -> HttpResponse:
    """Put a tag on."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.add_tag(ticket, actor, data["tag"]),
        TagForm(request.POST),
        "tag_form",
    )


@require_POST
@team_view(Permission.TICKET_CHANGE)
def remove_tag(request: TeamRequest, number: int) -> HttpResponse:
    """Take a tag off."""
    ticket = find_ticket(request, number)
    return _change(
        request, ticket, lambda actor, data: actions.remove_tag(ticket, actor, data["tag"]), TagForm(request.POST)
    )


@require_POST
@team_view(Permission.TICKET_NOTE)
def add_note(request: TeamRequest, number: int) -> HttpResponse:
    """Write a note."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.add_note(ticket, actor, data["body"]),
        NoteForm(request.POST),
        "note_form",
    )


@require_POST
@team_view(Permission.TICKET_CHANGE)
def snooze(request: TeamRequest, number: int) -> HttpResponse:
    """Put off."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.snooze_ticket(ticket, actor, data["moment"]),
        SnoozeForm(request.POST),
        "snooze_form",
    )


@require_POST
@team_view(Permission.TICKET_CHANGE)
def unsnooze(request: TeamRequest, number: int) -> HttpResponse:
    """Bring back now."""
    ticket = find_ticket(request, number)
    return _change(request, ticket, lambda actor, data: actions.unsnooze_ticket(ticket, actor))


@require_POST
@team_view(Permission.TICKET_MERGE)
def merge(request: TeamRequest, number: int) -> HttpResponse:
    """Fold into another ticket of the learner."""
    ticket = find_ticket(request, number)
    return _change(
        request,
        ticket,
        lambda actor, data: actions.merge_ticket(ticket, actor, data["into"]),
        MergeForm(request.POST, ticket=ticket),
        "merge_form",
    )


@require_POST
@team_view(Permission.TICKET_MERGE)
def unmerge(request: TeamRequest, number: int) -> HttpResponse:
    """Split a folded request off again; shows the ticket that it was folded into, where it was asked for."""
    ticket = find_ticket(request, number)
    shown = ticket.merged_into or ticket
    try:
        actions.unmerge_ticket(ticket, Actor.person(request.user))
    except actions.ActionRefused as refused:
        return _refuse(request, ticket, str(refused))
    messages.success(request, _("#%(number)s is a ticket of its own again.") % {"number": ticket.number})
    return _back_to(request, shown)
