"""The pages of the team's canned replies, with a preview on a real ticket."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.conversations.models import CannedReply
from helpdesk.conversations.writing.canned_replies import NameTaken, save_canned_reply
from helpdesk.conversations.writing.canned_reply_forms import CannedReplyForm
from helpdesk.conversations.writing.variables import explained, fill_in, unresolved_in
from helpdesk.courses.models import Course
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.responses import HttpResponseSeeOther

MOST_SHOWN = 500


@require_safe
@team_view(Permission.TICKET_REPLY)
def canned_replies(request: TeamRequest) -> HttpResponse:
    """The team's canned replies, by name."""
    found = CannedReply.objects.for_team(request.team).select_related("course").order_by("name", "pk")[:MOST_SHOWN]
    return render(request, "conversations/canned_replies.html", {"nav": "team", "canned_replies": found})


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_REPLY)
def create(request: TeamRequest) -> HttpResponse:
    """Create a canned reply."""
    return _edit(request, CannedReply(team=request.team, created_by=request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_REPLY)
def canned_reply(request: TeamRequest, pk: int) -> HttpResponse:
    """Change a canned reply."""
    return _edit(request, _find(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TICKET_REPLY)
def delete(request: TeamRequest, pk: int) -> HttpResponse:
    """Ask before deleting a canned reply; a POST deletes it."""
    found = _find(request, pk)
    if request.method == "POST":
        found.delete()
        messages.success(request, _("“%(name)s” was deleted.") % {"name": isolated_text(found.name)})
        return _back(request)
    return render(request, "conversations/delete_canned_reply.html", {"nav": "team", "canned_reply": found})


def _find(request: TeamRequest, pk: int) -> CannedReply:
    return get_object_or_404(CannedReply.objects.for_team(request.team).select_related("team", "course"), pk=pk)


def _back(request: TeamRequest) -> HttpResponse:
    return HttpResponseSeeOther(reverse("canned_replies", args=[request.team.slug]))


def _edit(request: TeamRequest, reply: CannedReply) -> HttpResponse:
    """The form of a canned reply; a POST with `preview` shows a preview, any other POST saves it."""
    title, course = reply.name, reply.course
    form = CannedReplyForm(request.POST if request.method == "POST" else None, instance=reply)
    is_valid = request.method == "POST" and form.is_valid()
    if is_valid and "preview" not in request.POST:
        try:
            save_canned_reply(form.save(commit=False))
        except NameTaken as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("Saved."))
            return _back(request)
    body, course = (form.cleaned_data["body"], form.cleaned_data["course"]) if is_valid else (reply.body, course)
    context = {
        "nav": "team",
        "title": title,
        "canned_reply": reply,
        "form": form,
        "variables": explained(),
        "preview": None if form.errors else _preview(request, body, course),
    }
    return render(request, "conversations/canned_reply.html", context, status=422 if form.errors else 200)


def _preview(request: TeamRequest, body: str, course: Course | None) -> dict[str, Any] | None:
    """The text as it would be sent on the course's newest ticket; None if there is no text or no ticket."""
    tickets = Ticket.objects.for_team(request.team).unmerged().select_related("learner", "course", "lesson__course")
    ticket = (tickets.filter(course=course) if course else tickets).newest_first().first()
    if not body or ticket is None:
        return None
    text = fill_in(body, ticket, Actor.person(request.user))
    return {"ticket": ticket, "text": text, "unresolved": unresolved_in(text)}
