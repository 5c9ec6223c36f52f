"""Files of a draft, attached as soon as they are chosen, and removed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.conversations.writing import drafts
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Ticket
from helpdesk.workspace.composer import Editor, editor_page
from helpdesk.workspace.page_urls import back_to_ticket
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(Permission.TICKET_NOTE, is_background=True)
def attach_file(request: TeamRequest, number: int, kind: str) -> HttpResponse:
    """Attach the chosen files; explains those that cannot be sent.

    Without JavaScript, the whole editor is posted with them, and is shown again.
    """
    ticket, problems = find_ticket(request, number), []
    for file in request.FILES.getlist("files"):
        try:
            drafts.attach(ticket, request.user, kind, file)
        except ActionRefused as refused:
            problems.append(str(refused))
    if request.htmx:
        return _show(request, ticket, kind, problems)
    if not request.FILES:
        problems.append(_("Choose a file first."))
    body = request.POST.get("body", "")
    try:
        drafts.save_both(ticket, request.user, kind, body, editor_page(request))
    except ActionRefused as refused:
        problems.append(str(refused))
    if problems:
        written = Editor(kind, body, " ".join(problems), files=drafts.files_of(ticket, request.user, kind))
        return show_ticket(request, ticket, status=422, written=written)
    return back_to_ticket(request, number, write=kind)


@require_POST
@team_view(Permission.TICKET_NOTE)
def remove_file(request: TeamRequest, number: int, pk: int) -> HttpResponse:
    """Remove an attached file; without JavaScript, also save what was typed."""
    ticket = find_ticket(request, number)
    kind = drafts.detach(ticket, request.user, pk)
    if kind is None:
        raise Http404
    if request.htmx:
        return _show(request, ticket, kind, [])
    if body := request.POST.get("body"):
        drafts.save_both(ticket, request.user, kind, body, editor_page(request))
    return back_to_ticket(request, number, write=kind)


def _show(request: TeamRequest, ticket: Ticket, kind: str, problems: list[str]) -> HttpResponse:
    files = drafts.files_of(ticket, request.user, kind)
    context = {"ticket": ticket, "kind": kind, "files": files, "problems": problems}
    return render(request, "workspace/_draft_files.html", context, status=422 if problems else 200)
