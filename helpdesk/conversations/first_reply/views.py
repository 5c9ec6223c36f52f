"""The pages of the team's first replies, with a preview and a simulation on real tickets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.conversations.first_reply import changes, simulation
from helpdesk.conversations.first_reply.forms import FirstReplyForm
from helpdesk.conversations.first_reply.preview import preview_on
from helpdesk.conversations.first_reply.texts import USABLE, default_body
from helpdesk.conversations.models import FirstReply
from helpdesk.conversations.writing.variables import explained
from helpdesk.courses.names import course_labels
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui import flash
from helpdesk.ui.responses import HttpResponseSeeOther

SALT = "workspace.deleted_first_reply"  # unchanged, so that pages open during an upgrade can still undo
UNDONE_WITHIN = 3600  # seconds


@require_safe
@team_view(Permission.TEAM_MANAGE)
def first_replies(request: TeamRequest) -> HttpResponse:
    """List the first replies with their latest results, beginning with the one for all courses."""
    return _list(request)


def _list(request: TeamRequest, *, status: int = 200) -> HttpResponse:
    labels, found = course_labels(request.team), FirstReply.objects.for_team(request.team)
    replies = sorted(found, key=lambda reply: (reply.course_id is not None, labels.get(reply.course_id or 0, "")))
    lately = simulation.lately(replies)
    context = {
        "nav": "team",
        "first_replies": [
            {"reply": reply, "course": labels.get(reply.course_id or 0, ""), "lately": lately.get(reply.pk)}
            for reply in replies
        ],
        "days": simulation.DAYS,
        "deleted": flash.pop(request, _deleted_name(request)),
    }
    return render(request, "conversations/first_reply/first_replies.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def create(request: TeamRequest) -> HttpResponse:
    """Create a first reply, which is off at first."""
    return _edit(request, FirstReply(team=request.team, body=default_body()))


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def first_reply(request: TeamRequest, pk: int) -> HttpResponse:
    """Change a first reply."""
    return _edit(request, _find(request, pk))


def _edit(request: TeamRequest, reply: FirstReply) -> HttpResponse:
    """The form of a first reply; a POST with `preview` shows what it would do, any other POST saves it."""
    is_new = reply.pk is None
    form = FirstReplyForm(request.POST if request.method == "POST" else None, instance=reply)
    if not form.is_valid() or "preview" in request.POST:
        return _show_form(request, reply, form, is_new=is_new)
    try:
        changes.save_first_reply(form.save(commit=False), request.user)
    except ActionRefused as refused:
        form.add_error(None, str(refused))
        return _show_form(request, reply, form, is_new=is_new)
    messages.success(request, _("Saved. It is off until you turn it on.") if is_new else _("Saved."))
    return _to(request, "first_reply", reply.pk)


def _show_form(request: TeamRequest, reply: FirstReply, form: FirstReplyForm, *, is_new: bool) -> HttpResponse:
    """The page with the form; below it, what the first reply as entered would do, unless the form has errors."""
    context: dict[str, Any] = {
        "nav": "team",
        "first_reply": None if is_new else reply,
        "label": course_labels(request.team).get(reply.course_id or 0, ""),
        "form": form,
        "variables": {name: words for name, words in explained().items() if name in USABLE},
    }
    if not form.errors:
        context |= _tried(request, reply)
    return render(request, "conversations/first_reply/first_reply.html", context, status=422 if form.errors else 200)


def _tried(request: TeamRequest, reply: FirstReply) -> dict[str, Any]:
    """A preview on a real ticket, the newest or the chosen one, and a simulation on past tickets."""
    if request.method == "POST" or reply.pk is None:
        reply.updated_by = request.user  # who becomes the sender when it is saved
    tickets = simulation.newest_tickets(reply)
    chosen = request.POST.get("ticket", "")
    ticket = next((each for each in tickets if str(each.number) == chosen), tickets[0] if tickets else None)
    return {
        "tickets": tickets,
        "preview": preview_on(ticket, reply) if ticket else None,
        "simulation": simulation.simulate(reply),
        "most": simulation.MOST,
        "days": simulation.DAYS,
    }


@require_POST
@team_view(Permission.TEAM_MANAGE)
def switch(request: TeamRequest, pk: int) -> HttpResponse:
    """Turn a first reply on if `on` is posted, else off; the same button reverses it."""
    reply = _find(request, pk)
    changes.switch(reply, request.user, is_enabled=bool(request.POST.get("on")))
    text = (
        _("On: learners who ask for help get the question by e-mail.")
        if reply.is_enabled
        else _("Off: nothing more is sent.")
    )
    messages.success(request, text)
    is_on_its_page = bool(request.POST.get("stay"))
    return _to(request, "first_reply", reply.pk) if is_on_its_page else _to(request, "first_replies")


@require_POST
@team_view(Permission.TEAM_MANAGE)
def delete(request: TeamRequest, pk: int) -> HttpResponse:
    """Delete a first reply; the next page offers to undo that."""
    kept = changes.delete_first_reply(_find(request, pk), request.user)
    flash.put(request, _deleted_name(request), signing.dumps([request.team.pk, kept], salt=SALT))
    return _to(request, "first_replies")


@require_POST
@team_view(Permission.TEAM_MANAGE)
def restore(request: TeamRequest) -> HttpResponse:
    """Restore a first reply that was just deleted."""
    try:
        team, kept = signing.loads(request.POST.get("undo", ""), salt=SALT, max_age=UNDONE_WITHIN)
        if team != request.team.pk:
            raise signing.BadSignature
        changes.restore_first_reply(request.team, kept, request.user)
    except (signing.BadSignature, ActionRefused) as refused:
        is_late = isinstance(refused, signing.BadSignature)
        messages.error(request, _("It is too late to undo that. Make a new one.") if is_late else str(refused))
        return _list(request, status=409)
    return _to(request, "first_replies")


def _deleted_name(request: TeamRequest) -> str:
    return f"deleted-first-reply-{request.team.pk}"


def _find(request: TeamRequest, pk: int) -> FirstReply:
    return get_object_or_404(FirstReply.objects.for_team(request.team).select_related("team", "course"), pk=pk)


def _to(request: TeamRequest, name: str, *args: int) -> HttpResponse:
    return HttpResponseSeeOther(reverse(name, args=[request.team.slug, *args]))
