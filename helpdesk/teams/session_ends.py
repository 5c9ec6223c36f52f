"""What ends with a session, in the rooms that build on this one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from helpdesk.teams.models import User


@dataclass(frozen=True)
class SessionEnd:
    """`this` is called when somebody logs out; `others` when they are logged out everywhere else.

    Everywhere else than in the request's session, that is, where that is theirs.
    """

    this: Callable[[HttpRequest], None]
    others: Callable[[HttpRequest, User], None]


_SESSION_ENDS: list[SessionEnd] = []


def register_session_end(end: SessionEnd) -> None:
    """Have these called."""
    _SESSION_ENDS.append(end)


def end_with_session(request: HttpRequest) -> None:
    """To be called before somebody is logged out."""
    for end in _SESSION_ENDS:
        end.this(request)


def end_with_other_sessions(request: HttpRequest, user: User) -> None:
    """To be called when the person's other sessions end."""
    for end in _SESSION_ENDS:
        end.others(request, user)
