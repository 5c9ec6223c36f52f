"""What the editors of replies and of notes share: drafts, previews, and what their forms need to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap

from helpdesk.conversations.models import Attachment
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.conversations.writing import drafts
from helpdesk.conversations.writing.sent_forms import message_of, submission_key
from helpdesk.conversations.writing.variables import fill_in, unresolved_in
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.models import Ticket
from helpdesk.ui.cleaning import clean_text
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.composer import REPLY, Editor, editor_page, files_named_by
from helpdesk.workspace.forms import ReplyForm
from helpdesk.workspace.page_urls import go_in_place, ticket_url
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(Permission.TICKET_NOTE, is_background=True)
def save_draft(request: TeamRequest, number: int, kind: str) -> HttpResponse:
    """Save a draft.

    Returns 409, with what is saved, if the user continued it on another page; also if this form was sent already.
    """
    ticket, body = find_ticket(request, number), request.POST.get("body", "")
    problem, draft = "", None
    if message_of(request.user, form_key(request, ticket, kind)):
        return reswap(JsonResponse({"is_sent": True}, status=409), "none")
    try:
        draft = drafts.save_draft(ticket, request.user, kind, body, shown_page(request, ReplyForm(request.POST)))
    except drafts.DraftElsewhere as elsewhere:
        there = {"body": elsewhere.draft.body, "stamp": drafts.stamp_of(elsewhere.draft)}
        return reswap(JsonResponse(there, status=409), "none")
    except ActionRefused as refused:
        problem = str(refused)
    context = {"draft": draft, "problem": problem}
    return render(request, "workspace/_draft_state.html", context, status=422 if problem else 200)


@require_POST
@team_view(Permission.TICKET_NOTE, is_background=True)
def preview(request: TeamRequest, number: int, kind: str) -> HttpResponse:
    """A preview: for a reply, with variables filled in and the signature; else as a note."""
    ticket = find_ticket(request, number)
    body, signature = clean_text(request.POST.get("body", "")), ""
    if kind == REPLY:
        body = fill_in(body, ticket, Actor.person(request.user))
        signature = sender_of(ticket.team).signature
    context = {"body": body, "signature": signature, "unresolved": unresolved_in(body) if kind == REPLY else []}
    return render(request, "workspace/_preview.html", context)


def form_key(request: TeamRequest, ticket: Ticket, kind: str) -> str:
    """The key that identifies the form if it is sent again."""
    return submission_key(editor_page(request).form_key, ticket, kind, request.POST.get("body", ""))


def shown_page(request: TeamRequest, form: ReplyForm) -> drafts.EditorPage:
    """The page that the text was written on, with what it showed of the ticket, according to the form."""
    data = form.cleaned_data if form.is_valid() else {}
    return editor_page(request)._replace(seen=data.get("seen"), seen_version=data.get("seen_version"))


def not_attached(request: TeamRequest, files: Sequence[Attachment]) -> str:
    """The error if a file that the writer believes to be attached is missing; empty if all are there.

    A file may have been removed or sent on another page; or it was chosen but not attached, without JavaScript, so that
    only its name was posted.
    """
    if len(files) < len(files_named_by(request) or ()):
        return _("A file is no longer attached: another page has removed it, or sent it. Check, then send.")
    name = request.POST.get("files", "")
    sentence = _("“%(name)s” is not attached. Choose it again and press “Attach”, then send.")
    return sentence % {"name": isolated_text(name[:150])} if name else ""


def show_refused(request: TeamRequest, number: int, written: Editor, status: int) -> HttpResponse:
    """The ticket's page, with what was typed and the files that it showed."""
    ticket = find_ticket(request, number)
    files = drafts.files_of(ticket, request.user, written.kind, files_named_by(request))
    return show_ticket(request, ticket, status=status, written=replace(written, files=files))


def go_on_with_root_ticket(request: TeamRequest, ticket: Ticket, kind: str, body: str) -> HttpResponse:
    """Continue on the ticket that this one is now merged into, with what was typed; nothing is sent unread."""
    root = root_ticket(ticket)
    try:
        drafts.move_draft(ticket, root, request.user, kind, body)
    except ActionRefused as refused:
        return show_refused(request, ticket.number, Editor(kind, body, str(refused)), 422)
    text = _("%(ticket)s was merged into this ticket. What you wrote there is here now: check it, then send it.")
    messages.warning(request, text % {"ticket": ticket})
    address = ticket_url(request, root.number, write=kind)
    return go_in_place(address) if request.htmx else HttpResponseSeeOther(address)
