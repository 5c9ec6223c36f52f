"""OAuth 2 access tokens for logging in to mailboxes: each is valid for about an hour, and renewed before it expires.

Users enter the token server's address, so requests to it go to allowed destinations only, limited in time and size.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.models import Mailbox
from helpdesk.operations.outgoing.http_client import Problem, ReceiverResponse, sender
from helpdesk.teams.throttling import taking_turns

EARLY = timedelta(minutes=5)  # before a token expires
USUAL = timedelta(hours=1)  # if the server does not say how long a token is valid
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(days=30)
LONGEST_ANSWER = 32 * 1024  # bytes
LONGEST_TOKEN = 8_000  # characters
HEADERS: dict[bytes | str, bytes | str] = {
    "content-type": "application/x-www-form-urlencoded",
    "accept": "application/json",
    "user-agent": "Helpdesk/1",
}
# Source: RFC 6749, 5.2
WITHDRAWN, UNKNOWN_CLIENT = {"invalid_grant"}, {"invalid_client", "unauthorized_client"}


class NotRenewed(OSError):
    """The token server returned no token; `code` is its error code, `problem` is why it could not be reached."""

    def __init__(self, *, code: str = "", problem: str = "") -> None:
        super().__init__(code or problem)
        self.code, self.problem = code, problem

    def in_words(self) -> str:
        """The problem and what to do about it, in the active language."""
        if self.code in WITHDRAWN:
            return _("The permission to read this mailbox has expired or was revoked. Enter a new refresh token.")
        if self.code in UNKNOWN_CLIENT:
            return _("The token server rejected this client ID and secret.")
        if self.problem:
            problem = Problem(self.problem).label
            return _("The token server could not be reached: %(problem)s.") % {"problem": problem}
        return _("The token server did not return a token: %(answer)s") % {"answer": self.code or "?"}


def access_token(mailbox: Mailbox) -> str:
    """A token that is valid for a few more minutes, renewed if necessary. Raises NotRenewed.

    Only one process at a time renews it, because a refresh token can often be used only once.
    """
    if not mailbox.renews_token:
        return mailbox.secret or ""
    with taking_turns(f"token of mailbox {mailbox.pk}"):
        now = Mailbox.objects.get(pk=mailbox.pk)
        if not now.secret or not now.token_expires_at or now.token_expires_at < timezone.now() + EARLY:
            _renew(now)
    return now.secret or ""


def forget_access_token(mailbox: Mailbox) -> None:
    """Make the next `access_token` of this mailbox get a new one."""
    Mailbox.objects.filter(pk=mailbox.pk).update(token_expires_at=None)


def _renew(mailbox: Mailbox) -> None:
    granted = _ask(mailbox)
    mailbox.secret, lifetime = _token(granted.get("access_token")), _lifetime(granted.get("expires_in"))
    mailbox.token_expires_at = timezone.now() + lifetime
    if granted.get("refresh_token"):
        mailbox.refresh_token = _token(granted["refresh_token"])
    mailbox.save(update_fields=["secret", "token_expires_at", "refresh_token"])


def _ask(mailbox: Mailbox) -> dict[str, Any]:
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": mailbox.refresh_token,
        "client_id": mailbox.client_id,
        "client_secret": mailbox.client_secret,
    }
    body = urlencode({name: value for name, value in asked.items() if value}).encode()
    with sender(allows_private=settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES) as post:
        response = post.send(mailbox.token_url, body, HEADERS, kept=LONGEST_ANSWER)
    granted = _read(response)
    if response.problem:
        code = granted.get("error")
        if isinstance(code, str) and code.isascii() and code.isprintable():
            raise NotRenewed(code=code[:60])
        raise NotRenewed(problem=response.problem)
    return granted


def _read(response: ReceiverResponse) -> dict[str, Any]:
    try:
        answer = json.loads(response.answer)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _token(given: object) -> str:
    """Check that a token can be used in a login. Raises NotRenewed."""
    if isinstance(given, str) and 0 < len(given) <= LONGEST_TOKEN and given.isascii() and given.isprintable():
        return given
    raise NotRenewed(code="access_token")


def _lifetime(given: object) -> timedelta:
    """How long a token is valid; servers say it in seconds, some of them as a string."""
    try:
        seconds = float(str(given))
    except ValueError:
        return USUAL
    if not 0 < seconds <= LONGEST.total_seconds():
        return LONGEST if seconds > 0 else USUAL
    return max(timedelta(seconds=seconds), SHORTEST)
