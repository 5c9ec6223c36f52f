"""Downloads of attachments."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from helpdesk.conversations.files.attachments import download_address, find_by_token, is_shown, storage
from helpdesk.conversations.files.downloads import HEADERS
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.public_pages import public_page, show
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission


@require_safe
@team_view(Permission.TICKET_VIEW)
def attachment(request: TeamRequest, pk: int) -> HttpResponseBase:
    """Redirect a member to a file of their team, at an address that soon expires."""
    return redirect(download_address(get_object_or_404(Attachment.objects.for_team(request.team), pk=pk)))


@require_safe
@public_page
def attachment_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve a file to whoever has its address: shown if it is a picture that we encoded, else downloaded."""
    found = find_by_token(token)
    if found is None or not storage().exists(found.storage_key):
        return show("conversations/learner_page/file_gone.html", {}, 404)
    is_picture = is_shown(found)
    response = FileResponse(
        storage().open(found.storage_key),
        as_attachment=not is_picture,
        filename=found.name,
        content_type=found.content_type if is_picture else "application/octet-stream",
    )
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response
