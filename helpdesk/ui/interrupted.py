"""Keeps a submitted form while its sender has to log in, set up a second factor, or confirm their identity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from helpdesk.ui import flash
from helpdesk.ui.known_browsers import known_person

MOST = 50_000  # characters of a form, in any script; a note or a question may have 20,000
KEPT_FOR = 60 * 60  # seconds
TYPED = {
    *("body", "question", "tag", "name", "title", "email", "description", "url", "phone", "until"),
    *("address", "signature", "host", "username", "folder", "number", "token_url", "client_id", "networks"),
}
SECRETS = {"key", "code"}  # and any name that contains password, secret or token
NOT_KEPT = {"csrfmiddlewaretoken", "seen", "seen_version", "form_key", "draft_stamp"}


@dataclass(frozen=True)
class Reason:
    """Why a form was not processed: the name under which it is kept, and what to tell the person."""

    name: str
    not_saved: Any
    too_long: Any
    keeps_secrets: bool = False


LOGGED_OUT = Reason(
    "interrupted",
    _("You were logged out in the meantime, so what you sent was not saved."),
    _(
        "You were logged out in the meantime, so what you sent was not saved. It is too long to keep here: "
        "go back in your browser and copy it before you log in."
    ),
)
BARRED = Reason(
    "barred",
    _("Two-factor login was not set up yet, so what you sent was not saved."),
    _(
        "Two-factor login was not set up yet, so what you sent was not saved. It is too long to keep here: "
        "go back in your browser and copy it first."
    ),
)
UNCONFIRMED = Reason(
    "unconfirmed",
    _("We first had to confirm that it’s you, so what you sent has not been saved yet."),
    _(
        "We first had to confirm that it’s you, so what you sent was not saved. It is too long to keep here: "
        "go back in your browser and send it again."
    ),
    keeps_secrets=True,  # the session continues, so the secrets are surely their own
)


@dataclass(frozen=True)
class Interrupted:
    """A form that was not processed: its address and fields."""

    path: str
    fields: list[tuple[str, str]]
    not_saved: str  # the reason, as a sentence

    @property
    def typed(self) -> list[tuple[str, str]]:
        """What the person had typed, by field name."""
        return [(name, value) for name, value in self.fields if _last_part(name) in TYPED and value]

    @property
    def secrets(self) -> list[tuple[str, str]]:
        """Submitted keys and passwords."""
        return [(name, value) for name, value in self.fields if _is_secret(name) and value]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """All other fields: buttons and choices."""
        return [field for field in self.fields if field not in self.typed + self.secrets]


def keep_form(request: Any) -> None:
    """Keep the form for the person who was last logged in with this browser; if it is too long, show a message instead.

    Secrets and the version that was seen are left out. If the person only typed secrets, just show a message.
    """
    person = known_person(request)
    if person is not None and _keep(request, LOGGED_OUT, person):
        request.session.set_expiry(KEPT_FOR)


def keep_barred_form(request: Any) -> None:
    """Keep the form for somebody who is logged in but must set up a second factor first; secrets are left out."""
    _keep(request, BARRED, request.user.pk)


def keep_unconfirmed_form(request: Any) -> bool:
    """Keep the form, with its secrets, for somebody who must confirm their identity; returns whether it was kept."""
    return _keep(request, UNCONFIRMED, request.user.pk)


def _keep(request: Any, reason: Reason, person: int) -> bool:
    """Returns whether the form was kept; if not, a message says so."""
    secrets = set() if reason.keeps_secrets else {name for name in request.POST if _is_secret(name)}
    if secrets and not any(_last_part(name) in TYPED for name in request.POST):
        messages.warning(request, reason.not_saved)
        return False
    path = request.get_full_path()
    names = [name for name in request.POST if name not in secrets | NOT_KEPT]
    fields = [(name, value) for name in names for value in request.POST.getlist(name)]
    if len(path) + sum(len(name) + len(value) for name, value in fields) > MOST:
        messages.warning(request, reason.too_long)
        return False
    flash.put(request, reason.name, json.dumps([person, path, fields], ensure_ascii=False))
    return True


def _is_secret(name: str) -> bool:
    return _last_part(name) not in TYPED and _sounds_secret(name)


def _sounds_secret(name: str) -> bool:
    return any(word in name for word in ("password", "secret", "token")) or _last_part(name) in SECRETS


def _last_part(name: str) -> str:
    """The field's own name, without the prefix of a form that is one of several."""
    return name.rpartition("-")[2]


def take_form(request: Any) -> Interrupted | None:
    """Return the kept form, once; one that somebody else sent is dropped.

    Forms that wait for a second factor or a confirmation are not shown on the account pages, where these take place.
    """
    match = request.resolver_match
    is_about_account = bool(match) and match.route.startswith("account")
    for reason in [LOGGED_OUT] if is_about_account else [LOGGED_OUT, BARRED, UNCONFIRMED]:
        text = flash.pop(request, reason.name)
        person, path, fields = json.loads(text) if text else (None, "", [])
        if person == request.user.pk:
            return Interrupted(path, [(name, value) for name, value in fields], reason.not_saved)
    return None


def referring_page(request: HttpRequest) -> str:
    """The path of the page that a form was sent from; empty if it is unknown, or not one of ours."""
    address = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}):
        return ""
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
