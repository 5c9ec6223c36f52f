"""Writing to the learner: drafts, previews, canned replies, and sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, reswap, trigger_client_event

from helpdesk.conversations.actions.new_messages import NewMessages
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.status_after_reply import send_otherwise
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.conversations.writing import drafts
from helpdesk.conversations.writing.canned_replies import filled_replies, note_use
from helpdesk.conversations.writing.sent_forms import message_of, submission_key
from helpdesk.conversations.writing.variables import fill_in, unresolved_in
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.merged_tickets import root_ticket
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.ui.names import clean_text, isolated_text
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.addresses import (
    filter_of_list,
    go_in_place,
    list_address,
    number_above,
    ticket_address,
    with_values,
)
from helpdesk.workspace.composer import LAST_WAY, REPLY, Editor, editor_page, files_named_by
from helpdesk.workspace.forms import ReplyForm
from helpdesk.workspace.list_position import list_position_of
from helpdesk.workspace.ticket_views import find_ticket, show_ticket


@require_POST
@team_view(Permission.TICKET_REPLY)
def create_reply(request: TeamRequest, number: int) -> HttpResponse:
    """Send a reply, once only. If it is refused, the page shows the reason, new messages, and the text again."""
    ticket, form = find_ticket(request, number), ReplyForm(request.POST)
    body = request.POST.get("body", "")
    key = form_key(request, ticket, REPLY)
    files = drafts.files_of(ticket, request.user, REPLY, files_named_by(request))
    if sent := message_of(request.user, key, files):
        _send_otherwise(request, sent, key, form)
        return _go_on(request, sent, number, number)
    if ticket.is_merged:
        return go_on_with_root_ticket(request, ticket, REPLY, body)
    if problem := form.problem or not_attached(request, files):
        return show_refused(request, number, Editor(REPLY, body, problem), 422)
    data = form.cleaned_data
    next_number = (
        list_position_of(filter_of_list(request), ticket, number_above(request)).next_number if data["then"] else number
    )
    try:
        message = reply(
            ticket,
            Actor.person(request.user),
            body,
            attachments=files,
            then=Status(data["then"]) if data["then"] else None,
            page=_shown_page(request, form),
        )
    except NewMessages as news:
        return show_refused(request, number, Editor(REPLY, body, newer_messages=news.messages, said=news.said), 409)
    except ActionRefused as refused:
        ticket = find_ticket(request, number)
        if ticket.is_merged:
            return go_on_with_root_ticket(request, ticket, REPLY, body)
        return show_refused(request, number, Editor(REPLY, body, str(refused)), 422)
    note_use(request.team, data["canned"])
    request.session[LAST_WAY] = data["then"]
    return _go_on(request, message, number, next_number)


def go_on_with_root_ticket(request: TeamRequest, ticket: Ticket, kind: str, body: str) -> HttpResponse:
    """Continue on the ticket that this one is now merged into, with what was typed; nothing is sent unread."""
    standing = root_ticket(ticket)
    try:
        drafts.move_draft(ticket, standing, request.user, kind, body)
    except ActionRefused as refused:
        return show_refused(request, ticket.number, Editor(kind, body, str(refused)), 422)
    text = _("%(ticket)s was merged into this ticket. What you wrote there is here now: check it, then send it.")
    messages.warning(request, text % {"ticket": ticket})
    address = ticket_address(request, standing.number, write=kind)
    return go_in_place(address) if request.htmx else HttpResponseSeeOther(address)


def form_key(request: TeamRequest, ticket: Ticket, kind: str) -> str:
    """The key that identifies the form if it is sent again."""
    return submission_key(editor_page(request).form_key, ticket, kind, request.POST.get("body", ""))


def _shown_page(request: TeamRequest, form: ReplyForm) -> drafts.Page:
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


def _send_otherwise(request: TeamRequest, sent: Message, key: str, form: ReplyForm) -> None:
    """Resolve the ticket if a reply that was already sent by “Send” is sent again by “Send and resolve”."""
    if form.is_valid() and (then := form.cleaned_data["then"]):
        send_otherwise(sent, Actor.person(request.user), key, Status(then), _shown_page(request, form))


def show_refused(request: TeamRequest, number: int, written: Editor, status: int) -> HttpResponse:
    """The ticket's page, with what was typed and the files that it showed."""
    ticket = find_ticket(request, number)
    files = drafts.files_of(ticket, request.user, written.kind, files_named_by(request))
    return show_ticket(request, ticket, status=status, written=replace(written, files=files))


def _go_on(request: TeamRequest, message: Message, number: int, next_number: int | None) -> HttpResponse:
    """Go to the next ticket, else to the list; or stay on this ticket, where the reply can be undone for a while."""
    values = {"sent": str(message.pk)}
    if next_number is None:
        address = with_values(list_address(request), **values)
        return HttpResponseClientRedirect(address) if request.htmx else HttpResponseSeeOther(address)
    address = ticket_address(request, next_number, **values)
    if not request.htmx:
        return HttpResponseSeeOther(address)
    if next_number == number:
        response = show_ticket(request, find_ticket(request, number), sent=message)
    else:
        response = go_in_place(address)
    return trigger_client_event(response, "list-changed", {"tickets": [number]})


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
        draft = drafts.save_draft(ticket, request.user, kind, body, _shown_page(request, ReplyForm(request.POST)))
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


@require_safe
@team_view(Permission.TICKET_REPLY, is_background=True)
def autocomplete_canned_replies(request: TeamRequest, number: int) -> HttpResponse:
    """The canned replies offered for this ticket, with variables filled in as far as known."""
    ticket: Ticket = find_ticket(request, number)
    replies = filled_replies(ticket, Actor.person(request.user))
    return render(request, "workspace/_canned_replies.html", {"ticket": ticket, "replies": replies})
