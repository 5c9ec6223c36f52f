"""What every download of a conversation's files has in common: headers with which nothing in them can run."""

from __future__ import annotations

from django.http import HttpResponse

HEADERS = {
    # In a sandbox nothing can run, submit or open, whatever type the browser guesses.
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "private, no-store",
}


def email_download(data: bytes, name: str) -> HttpResponse:
    """The bytes of an e-mail as a download, which browsers do not render."""
    response = HttpResponse(data, content_type="message/rfc822", headers=HEADERS)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
