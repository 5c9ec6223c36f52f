"""What somebody sent after their session had ended: kept until they are back on the page, and told there."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from helpdesk.ui import kept_once
from helpdesk.ui.known_browsers import is_known

NAME = "interrupted"
MOST = 32_000  # characters of what was sent; a note has 20,000
KEPT_FOR = 60 * 60  # seconds
TYPED = {"body", "question", "tag", "name", "email", "description", "url", "phone", "until"}
NOT_KEPT = {"csrfmiddlewaretoken", "seen", "key", "password", "password1", "password2", "oldpassword"}


@dataclass(frozen=True)
class Interrupted:
    """A form that was not carried out: where it goes, and its fields."""

    path: str
    fields: list[tuple[str, str]]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What the person wrote."""
        return [(name, value) for name, value in self.fields if name in TYPED and value]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What they pressed or chose."""
        return [field for field in self.fields if field not in self.typed]


def keep_form(request: Any) -> None:
    """Keep what was sent, where somebody was logged in in this browser, and unless it is too much.

    Secrets and the version that was seen are left out.
    """
    if not is_known(request):
        return
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in NOT_KEPT]
    text = json.dumps([request.get_full_path(), fields])
    if len(text) <= MOST:
        kept_once.keep(request, NAME, text)
        request.session.set_expiry(KEPT_FOR)


def take_form(request: Any) -> Interrupted | None:
    """What was kept, this once."""
    text = kept_once.take(request, NAME)
    if not text:
        return None
    path, fields = json.loads(text)
    return Interrupted(path, [(name, value) for name, value in fields])


def page_of(request: HttpRequest) -> str:
    """The address of the page that a form was sent from; empty where that is not known, or not ours."""
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
