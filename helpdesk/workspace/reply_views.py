"""Writing to the learner: sending, and canned replies."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from helpdesk.conversations.actions.new_messages import NewMessages
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.status_after_reply import send_otherwise
from helpdesk.conversations.writing import drafts
from helpdesk.conversations.writing.canned_replies import filled_replies, note_use
from helpdesk.conversations.writing.sent_forms import message_of
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.composer import LAST_STATUS_AFTER, REPLY, Editor, files_named_by
from helpdesk.workspace.editor_views import form_key, go_on_with_root_ticket, not_attached, show_refused, shown_page
from helpdesk.workspace.forms import ReplyForm
from helpdesk.workspace.list_position import list_position_of
from helpdesk.workspace.page_urls import (
    filter_of_list,
    go_in_place,
    list_url,
    number_above,
    ticket_url,
    with_values,
)
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
            page=shown_page(request, form),
        )
    except NewMessages as news:
        return show_refused(request, number, Editor(REPLY, body, newer_messages=news.messages, said=news.said), 409)
    except ActionRefused as refused:
        ticket = find_ticket(request, number)
        if ticket.is_merged:
            return go_on_with_root_ticket(request, ticket, REPLY, body)
        return show_refused(request, number, Editor(REPLY, body, str(refused)), 422)
    note_use(request.team, data["canned"])
    request.session[LAST_STATUS_AFTER] = data["then"]
    return _go_on(request, message, number, next_number)


def _send_otherwise(request: TeamRequest, sent: Message, key: str, form: ReplyForm) -> None:
    """Resolve the ticket if a reply that was already sent by “Send” is sent again by “Send and resolve”."""
    if form.is_valid() and (then := form.cleaned_data["then"]):
        send_otherwise(sent, Actor.person(request.user), key, Status(then), shown_page(request, form))


def _go_on(request: TeamRequest, message: Message, number: int, next_number: int | None) -> HttpResponse:
    """Go to the next ticket, else to the list; or stay on this ticket, where the reply can be undone for a while."""
    values = {"sent": str(message.pk)}
    if next_number is None:
        address = with_values(list_url(request), **values)
        return HttpResponseClientRedirect(address) if request.htmx else HttpResponseSeeOther(address)
    address = ticket_url(request, next_number, **values)
    if not request.htmx:
        return HttpResponseSeeOther(address)
    if next_number == number:
        response = show_ticket(request, find_ticket(request, number), sent=message)
    else:
        response = go_in_place(address)
    return trigger_client_event(response, "list-changed", {"tickets": [number]})


@require_safe
@team_view(Permission.TICKET_REPLY, is_background=True)
def autocomplete_canned_replies(request: TeamRequest, number: int) -> HttpResponse:
    """The canned replies offered for this ticket, with variables filled in as far as known."""
    ticket: Ticket = find_ticket(request, number)
    replies = filled_replies(ticket, Actor.person(request.user))
    return render(request, "workspace/_canned_replies.html", {"ticket": ticket, "replies": replies})
