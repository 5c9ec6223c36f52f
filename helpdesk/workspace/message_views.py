"""Actions on messages to a learner: cancelling, retrying, and dismissing a failure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from helpdesk.conversations.actions import cancelling, dismissing_failures, retrying
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.merged_tickets import merged_tickets_of
from helpdesk.tickets.models import Message
from helpdesk.ui import flash
from helpdesk.ui.responses import HttpResponseSeeOther
from helpdesk.workspace.composer import REPLY
from helpdesk.workspace.page_urls import back_to_ticket, go_in_place, ticket_url
from helpdesk.workspace.ticket_views import dismissal_name, find_ticket, show_not_cancelled, show_ticket

# What an undo needs: when the message failed, and the ticket's version after the dismissal.
_DISMISSAL = TimestampSigner(salt="dismissed-failure")


@require_POST
@team_view(Permission.TICKET_REPLY)
def cancel_message(request: TeamRequest, number: int, pk: int) -> HttpResponse:
    """Cancel a reply before it is sent; its text becomes the writer's draft again, and is opened on the ticket.

    The page may show another ticket, since one can move on to the next while a reply can be undone.
    """
    message = _find(request, number, pk)
    try:
        cancelling.cancel_reply(message, Actor.person(request.user))
    except ActionRefused as refused:
        return show_not_cancelled(request, find_ticket(request, number), refused)
    editor = {"write": REPLY} if message.kind == Message.Kind.REPLY else {}
    address = ticket_url(request, message.ticket.number, undone="1", **editor)
    return _undone(request, message.ticket.number, address)


@require_POST
@team_view(Permission.TICKET_REPLY)
def retry_message(request: TeamRequest, number: int, pk: int) -> HttpResponse:
    """Resend a message that did not arrive."""
    message = _find(request, number, pk)
    return _act(request, number, lambda: retrying.retry_message(message, Actor.person(request.user)))


@require_POST
@team_view(Permission.TICKET_REPLY)
def dismiss_failure(request: TeamRequest, number: int) -> HttpResponse:
    """Dismiss a failure, because the learner was reached in another way; the next page offers to undo that."""
    ticket = find_ticket(request, number)
    failed_at = ticket.sending_failed_at
    response = _act(request, number, lambda: dismissing_failures.dismiss_failure(ticket, Actor.person(request.user)))
    if failed_at and ticket.sending_failed_at is None:
        flash.put(
            request, dismissal_name(ticket), _DISMISSAL.sign_object([ticket.pk, failed_at.isoformat(), ticket.version])
        )
    return response


@require_POST
@team_view(Permission.TICKET_REPLY)
def restore_failure(request: TeamRequest, number: int) -> HttpResponse:
    """Undo the dismissal of a failure."""
    ticket = find_ticket(request, number)
    try:
        pk, failed_at, version = _DISMISSAL.unsign_object(request.POST.get("dismissal", ""))
    except BadSignature:
        pk = None
    if pk != ticket.pk:
        return show_ticket(request, ticket, status=422, problem=_("This can no longer be undone."))

    try:
        dismissing_failures.restore_failure(
            ticket, Actor.person(request.user), datetime.fromisoformat(failed_at), version
        )
    except ActionRefused as refused:
        return show_ticket(request, find_ticket(request, number), status=409, problem=str(refused))
    return _undone(request, number, ticket_url(request, number, undone="1"))


def _find(request: TeamRequest, number: int, pk: int) -> Message:
    """A message to the learner on this ticket, or on one merged into it. Raises Http404."""
    ticket = find_ticket(request, number)
    sent = Message.objects.for_team(request.team).filter(kind__in=Message.TO_LEARNER)
    return get_object_or_404(sent.filter(ticket__in=[ticket, *merged_tickets_of(ticket)]), pk=pk)


def _undone(request: TeamRequest, number: int, address: str) -> HttpResponse:
    """Go to the address, whose page says that it was undone; the list beside it then refreshes the ticket."""
    if not request.htmx:
        return HttpResponseSeeOther(address)
    return trigger_client_event(go_in_place(address), "list-changed", {"tickets": [number]})


def _act(request: TeamRequest, number: int, act: Callable[[], None]) -> HttpResponse:
    try:
        act()
    except ActionRefused as refused:
        return show_ticket(request, find_ticket(request, number), status=409, problem=str(refused))
    return back_to_ticket(request, number)
