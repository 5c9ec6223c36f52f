"""Downloads of the original bytes of received e-mails, for members and for whoever has the address of one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.conversations.files.downloads import email_download
from helpdesk.conversations.inbound import raw_addresses
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.public_pages import public_page, show
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission


@never_cache
@require_safe
@team_view(Permission.TICKET_REPLY)
def raw_email(request: TeamRequest, pk: int) -> HttpResponse:
    """Download the original bytes; only for members who may reply to learners, since it may quote learners' links."""
    return _download(get_object_or_404(InboundEmail.objects.for_team(request.team), pk=pk))


@require_safe
@public_page
def raw_email_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve the original bytes of a received e-mail to whoever has its address."""
    found = raw_addresses.find_by_token(token)
    if found is None:
        return show("conversations/learner_page/file_gone.html", {}, 404)
    return _download(found)


def _download(email: InboundEmail) -> HttpResponse:
    return email_download(bytes(email.raw), f"email-{email.pk}.eml")
