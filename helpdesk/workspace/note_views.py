"""Notes for the team: writing, cancelling, and mentioning people."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from helpdesk.conversations.actions.notes import cancel_note as cancel_note_of
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.writing.drafts import files_of
from helpdesk.conversations.writing.sent_forms import message_of
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.mentions import mentionable
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Message
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.composer import NOTE, Editor, editor_page, files_named_by
from helpdesk.workspace.editor_views import form_key, go_on_with_root_ticket, not_attached, show_refused
from helpdesk.workspace.page_urls import back_to_ticket, go_in_place, ticket_url
from helpdesk.workspace.ticket_views import find_ticket, show_not_cancelled


@require_POST
@team_view(Permission.TICKET_NOTE)
def add_note(request: TeamRequest, number: int) -> HttpResponse:
    """Write a note, whatever others changed meanwhile. If it is refused, the page shows the reason and the text."""
    ticket, body = find_ticket(request, number), request.POST.get("body", "")
    key = form_key(request, ticket, NOTE)
    files = files_of(ticket, request.user, NOTE, files_named_by(request))
    if written := message_of(request.user, key, files):
        return back_to_ticket(request, number, sent=str(written.pk))
    if ticket.is_merged:
        return go_on_with_root_ticket(request, ticket, NOTE, body)
    if problem := not_attached(request, files):
        return show_refused(request, number, Editor(NOTE, body, problem), 422)
    try:
        note = write_note(ticket, Actor.person(request.user), body, attachments=files, page=editor_page(request))
    except ActionRefused as refused:
        ticket = find_ticket(request, number)
        if ticket.is_merged:
            return go_on_with_root_ticket(request, ticket, NOTE, body)
        return show_refused(request, number, Editor(NOTE, body, str(refused)), 422)
    return back_to_ticket(request, number, sent=str(note.pk))


@require_POST
@team_view(Permission.TICKET_NOTE)
def cancel_note(request: TeamRequest, number: int, pk: int) -> HttpResponse:
    """Cancel the user's own note before the team sees it; its text becomes a draft again, which the ticket opens."""
    ticket = find_ticket(request, number)
    notes = Message.objects.for_team(request.team).filter(kind=Message.Kind.NOTE)
    note = notes.filter(ticket__in=[ticket, *merged_tickets_of(ticket)], pk=pk).first()
    try:
        if note:  # else an earlier click has cancelled it
            cancel_note_of(note, Actor.person(request.user))
    except ActionRefused as refused:
        return show_not_cancelled(request, ticket, refused)
    address = ticket_url(request, number, undone="1", write=NOTE)
    return go_in_place(address) if request.htmx else HttpResponseSeeOther(address)


@require_safe
@team_view(Permission.TICKET_NOTE, is_background=True)
def autocomplete_people(request: TeamRequest, number: int) -> HttpResponse:
    """The people whom a note can mention: the assignee first, then the others by name."""
    ticket = find_ticket(request, number)
    others = [each for each in mentionable(request.team) if each[0] != request.user]
    people = sorted(others, key=lambda each: each[0].pk != ticket.assignee_id)
    return render(request, "workspace/_people.html", {"ticket": ticket, "people": people})
