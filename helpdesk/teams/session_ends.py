"""How sessions end, and what ends with one, in the rooms that build on this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from helpdesk.teams.models import User, UserSession

SessionData = SessionBase | dict[str, Any]  # that of a request, or what was read of another


@dataclass(frozen=True)
class SessionEnd:
    """`this` is called when one session ends; `others` when somebody is logged out everywhere else.

    Everywhere else than in the request's session, that is, where that is theirs.
    """

    this: Callable[[SessionData], None]
    others: Callable[[HttpRequest, User], None]


_SESSION_ENDS: list[SessionEnd] = []


def register_session_end(end: SessionEnd) -> None:
    """Have this called when sessions of a person end."""
    _SESSION_ENDS.append(end)


def end_with_session(session: SessionData) -> None:
    """To be called before somebody is logged out."""
    for end in _SESSION_ENDS:
        end.this(session)


def end_with_other_sessions(request: HttpRequest, user: User) -> None:
    """To be called when the person's other sessions end."""
    for end in _SESSION_ENDS:
        end.others(request, user)
    kept = request.session.session_key if getattr(request, "user", None) == user else None
    sessions = Session.objects.filter(user_session__user=user)
    sessions.exclude(pk=kept or "").delete()


def end_sessions(rows: QuerySet[UserSession]) -> None:
    """End these wherever they are."""
    for row in rows.select_related("session"):
        end_one(row.session)


def end_one(session: Session) -> None:
    """End it, and what goes with it."""
    end_with_session(session.get_decoded())
    session.delete()
