"""Ends sessions, and lets the rooms that build on this one end what belongs to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest

from helpdesk.teams.models import User, UserSession

SessionData = SessionBase | dict[str, Any]  # a request's session, or the data of another one


@dataclass(frozen=True)
class SessionEnd:
    """`this` is called when one session ends; `others` when all sessions of a person end, other than the request's.

    The request's session may be somebody else's; then all of the person's sessions end.
    """

    this: Callable[[SessionData], None]
    others: Callable[[HttpRequest, User], None]


_SESSION_ENDS: list[SessionEnd] = []


def register_session_end(end: SessionEnd) -> None:
    """Have this called when sessions end."""
    _SESSION_ENDS.append(end)


def end_with_session(session: SessionData) -> None:
    """End what belongs to the session; call it before somebody is logged out."""
    for end in _SESSION_ENDS:
        end.this(session)


def end_with_other_sessions(request: HttpRequest, user: User) -> None:
    """End the person's sessions other than the request's, with what belongs to them."""
    for end in _SESSION_ENDS:
        end.others(request, user)
    kept = request.session.session_key if getattr(request, "user", None) == user else None
    sessions = Session.objects.filter(user_session__user=user)
    sessions.exclude(pk=kept or "").delete()


def end_sessions(rows: QuerySet[UserSession]) -> None:
    """End these sessions, with what belongs to them."""
    for row in rows.select_related("session"):
        end_one(row.session)


def end_one(session: Session) -> None:
    """End this session, with what belongs to it."""
    end_with_session(session.get_decoded())
    session.delete()
