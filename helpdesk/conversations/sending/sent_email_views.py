"""Downloads of sent e-mails, for whoever has the address of one."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from helpdesk.conversations.files.downloads import email_download
from helpdesk.conversations.public_pages import public_page, show
from helpdesk.conversations.sending import sent_emails


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
    return email_download(data, f"email-{found.message_id}.eml")
