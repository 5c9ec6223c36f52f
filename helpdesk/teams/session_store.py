"""Sessions in the database, each found by a query that is composed once: every page asks for one."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from helpdesk.ui.composed import TEXT, ComposedQuery

_LIVE = ComposedQuery(lambda key=TEXT: Session.objects.filter(session_key=key, expire_date__gt=timezone.now()))


class SessionStore(db.SessionStore):
    """Sessions as Django keeps them, looked up by a query that is composed once."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVE.objects(key=self.session_key) if self.session_key else []
        return found[0] if found else super()._get_session_from_db()  # type: ignore[misc] # as of 5.2; it forgets the key
