"""Downloads of attachments and e-mails."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from helpdesk.conversations.files.attachments import download_address, find_by_token, is_shown, storage
from helpdesk.conversations.inbound import raw_addresses
from helpdesk.conversations.models import Attachment, InboundEmail
from helpdesk.conversations.public_pages import public_page, show
from helpdesk.conversations.sending import sent_emails
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission

HEADERS = {
    # In a sandbox nothing can run, submit or open, whatever type the browser guesses.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-store",
}


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


@require_safe
@public_page
def raw_email_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve the original bytes of a received e-mail to whoever has its address."""
    found = raw_addresses.find_by_token(token)
    if found is None:
        return show("conversations/learner_page/file_gone.html", {}, 404)
    return download_of(found)


def download_of(email: InboundEmail) -> HttpResponse:
    """The e-mail as a download, which browsers do not render."""
    return _download(bytes(email.raw), f"email-{email.pk}.eml")


@require_safe
@public_page
def sent_email_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """Serve a sent e-mail to whoever has its address; 404 if any of its files is gone."""
    found = sent_emails.find_by_token(token)
    try:
        data = sent_emails.bytes_of(found) if found else None
    except FileNotFoundError:
        data = None
    if found is None or data is None:
        return show("conversations/learner_page/file_gone.html", {}, 404)
    return _download(data, f"email-{found.message_id}.eml")


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="message/rfc822", headers=HEADERS)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
