"""For how long, and from where, a session is used: noted in the session itself, looked at before each page.

Where somebody was last seen is noted every few minutes, in one write; a page costs no query more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import logout
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from helpdesk.operations.environ import client_address
from helpdesk.teams.browsers import browser_name, user_agent_of
from helpdesk.teams.models import User, UserSession
from helpdesk.teams.querysets import strictest_limits
from helpdesk.teams.session_ends import SessionData, end_with_session

IN_SESSION = "use"
NOTED_EVERY = timedelta(minutes=5)
LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)


@dataclass(frozen=True)
class SessionUse:
    """Since when and how a session is used. Times are seconds since 1970, so that a session can keep them.

    `noted` is when the limits were looked at last.
    """

    begun: float
    seen: float
    noted: float
    address: str = ""
    user_agent: str = ""

    @classmethod
    def begun_now(cls) -> Self:
        """Of somebody who has just logged in."""
        now = timezone.now().timestamp()
        return cls(begun=now, seen=now, noted=now)

    @classmethod
    def of(cls, session: SessionData) -> Self | None:
        """What is noted in this session; None where nothing is, as in those of before there were notes."""
        noted = session.get(IN_SESSION)
        return cls(**noted) if noted else None

    @property
    def begun_at(self) -> datetime:
        """When the person logged in."""
        return datetime.fromtimestamp(self.begun, timezone.get_current_timezone())

    @property
    def seen_at(self) -> datetime:
        """When they last did something, give or take NOTED_EVERY."""
        return datetime.fromtimestamp(self.seen, timezone.get_current_timezone())

    @property
    def browser(self) -> str:
        """The browser and its system, in a word each; empty where neither is known."""
        return browser_name(self.user_agent)

    def ends_at(self, days: int | None) -> datetime:
        """When the person has to log in anew, however much they do, where sessions last so long."""
        return self.begun_at + (min(LONGEST, timedelta(days=days)) if days else LONGEST)

    def is_over(self, days: int | None, idle_hours: int | None, now: datetime) -> bool:
        """Whether the person is to log in anew, where sessions last so long."""
        idle = timedelta(hours=idle_hours) if idle_hours else LONGEST
        return now >= self.ends_at(days) or now - self.seen_at >= idle


def is_long_ago(seconds: float, now: datetime) -> bool:
    """Whether what was noted then is to be noted anew."""
    return now.timestamp() - seconds >= NOTED_EVERY.total_seconds()


def _limits_of(user: User) -> tuple[int | None, int | None]:
    teams = user.memberships.aggregate(**strictest_limits("team"))
    return teams["days"], teams["idle_hours"]


def session_use_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Log out whose time is over, and note that the others were there."""

    def watched(request: Any) -> HttpResponse:
        key = None
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            key = request.session.session_key
            _end_if_over(request)
        response = get_response(request)
        if (key or request.session.modified) and request.user.is_authenticated:
            _note(request, is_new=request.session.session_key != key)
        return response

    return watched


def _end_if_over(request: Any) -> None:
    """Which limits hold is asked every few minutes alone, so that a page costs nothing."""
    now, use = timezone.now(), SessionUse.of(request.session)
    if use is None or not is_long_ago(use.noted, now) or _looked_at(request, use) in caches["process"]:
        return
    request.is_use_checked = True
    if use.is_over(*_limits_of(request.user), now):
        end_with_session(request.session)
        logout(request)


def _note(request: Any, *, is_new: bool) -> None:
    """Whatever logged the person in, or gave the session another key, it is found here.

    What is polled notes nothing in the session: it would write back all of it as it was, over what another request of
    the same page, or one that logs in elsewhere, has put there meanwhile.
    """
    now, session = timezone.now(), request.session
    use = SessionUse.of(session)
    if use is None:
        _write(request, SessionUse.begun_now())
    elif is_polled(request):
        if hasattr(request, "is_use_checked"):
            caches["process"].set(_looked_at(request, use), True, NOTED_EVERY.total_seconds())
    elif hasattr(request, "is_use_checked"):
        _write(request, replace(use, seen=now.timestamp(), noted=now.timestamp()))
    elif is_long_ago(use.seen, now):
        _write(request, replace(use, seen=now.timestamp()))
    if is_new or use is None:
        if not session.session_key:
            session.create()
        own = UserSession(session_id=session.session_key, user=request.user)
        UserSession.objects.bulk_create([own], ignore_conflicts=True)


def _looked_at(request: Any, use: SessionUse) -> str:
    """Under which key this process remembers that it looked at the limits since they were last noted."""
    return f"{request.session.session_key}:{use.noted}"


def is_polled(request: Any) -> bool:
    """Whether the page asked by itself, as `team_view` says: that is no use of it."""
    return bool(getattr(request, "is_polled", False))


def _write(request: Any, use: SessionUse) -> None:
    noted = replace(use, address=client_address(request.META), user_agent=user_agent_of(request))
    request.session[IN_SESSION] = asdict(noted)
