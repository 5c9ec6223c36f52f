"""Sessions in the database, loaded by a query that is compiled once, since every page needs it."""

from __future__ import annotations

import json
from typing import Any

from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.views import INTERNAL_RESET_SESSION_KEY
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from cryptography.fernet import InvalidToken
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from helpdesk.operations.encryption import decrypt_text, encrypt_text
from helpdesk.ui.composed import TEXT, ComposedQuery

_LIVE = ComposedQuery(lambda key=TEXT: Session.objects.filter(session_key=key, expire_date__gt=timezone.now()))
# What allauth keeps that would help whoever reads the table: a form that waits for a reauthentication, the secret of an
# authenticator app that is being set up, the key of a password reset.
SECRET = (STATE_SESSION_KEY, SECRET_SESSION_KEY, INTERNAL_RESET_SESSION_KEY)
ENCRYPTED = "gAAAA"  # the beginning of Fernet tokens, and of none of these values


class SessionStore(db.SessionStore):
    """Django's database sessions, loaded by a query that is compiled once, with secrets encrypted."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVE.objects(key=self.session_key) if self.session_key else []
        return found[0] if found else super()._get_session_from_db()  # type: ignore[misc] # as of 5.2; it forgets the key

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The session's data for the database: signed, with secrets encrypted."""
        secret = {name: encrypt_text(json.dumps(session_dict[name])) for name in SECRET if name in session_dict}
        return super().encode(session_dict | secret)

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """The stored data, without secrets that no current key can decrypt."""
        kept: dict[str, Any] = super().decode(session_data)
        for name in SECRET:
            if isinstance(text := kept.get(name), str) and text.startswith(ENCRYPTED):
                try:
                    kept[name] = json.loads(decrypt_text(text))
                except InvalidToken:
                    del kept[name]
        return kept
