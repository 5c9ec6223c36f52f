"""How long and from where a session is used: stored in the session itself, and checked before each page.

Use is stored at most every NOTED_EVERY, in one write; other pages need no extra query.
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
    """Since when and from where a session is used. Times are seconds since 1970, so that a session can store them.

    `noted` is when the limits were last checked.
    """

    begun: float
    seen: float
    noted: float
    address: str = ""
    user_agent: str = ""

    @classmethod
    def begun_now(cls) -> Self:
        """The use of a session that has just begun."""
        now = timezone.now().timestamp()
        return cls(begun=now, seen=now, noted=now)

    @classmethod
    def of(cls, session: SessionData) -> Self | None:
        """What this session stores; None if nothing, as in a new one."""
        noted = session.get(IN_SESSION)
        return cls(**noted) if noted else None

    @property
    def begun_at(self) -> datetime:
        """When the person logged in."""
        return datetime.fromtimestamp(self.begun, timezone.get_current_timezone())

    @property
    def seen_at(self) -> datetime:
        """When the person last did something; the true time may be up to NOTED_EVERY later."""
        return datetime.fromtimestamp(self.seen, timezone.get_current_timezone())

    @property
    def browser(self) -> str:
        """The browser and its system, such as “Chrome · Android”; empty if neither is known."""
        return browser_name(self.user_agent)

    def ends_at(self, days: int | None) -> datetime:
        """When the person has to log in again, even if active, if sessions last so many days (None: LONGEST)."""
        return self.begun_at + (min(LONGEST, timedelta(days=days)) if days else LONGEST)

    def is_over(self, days: int | None, idle_hours: int | None, now: datetime) -> bool:
        """Whether the person has to log in again, with these limits (None: LONGEST)."""
        idle = timedelta(hours=idle_hours) if idle_hours else LONGEST
        return now >= self.ends_at(days) or now - self.seen_at >= idle


def is_long_ago(seconds: float, now: datetime) -> bool:
    """Whether NOTED_EVERY has passed since this time (seconds since 1970)."""
    return now.timestamp() - seconds >= NOTED_EVERY.total_seconds()


def _limits_of(user: User) -> tuple[int | None, int | None]:
    teams = user.memberships.aggregate(**strictest_limits("team"))
    return teams["days"], teams["idle_hours"]


def session_use_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Log people out whose session is over, and store the use of other sessions."""

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
    """The limits are read only every NOTED_EVERY, so that most pages need no query."""
    now, use = timezone.now(), SessionUse.of(request.session)
    if use is None or not is_long_ago(use.noted, now) or _looked_at(request, use) in caches["process"]:
        return
    request.is_use_checked = True
    if use.is_over(*_limits_of(request.user), now):
        end_with_session(request.session)
        logout(request)


def _note(request: Any, *, is_new: bool) -> None:
    """Store the use, and whose the session is if it is new or has a new key, whatever the cause.

    Polling requests do not write to an existing session: they would overwrite what other requests stored meanwhile.
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
    """The cache key by which this process remembers that it has checked the limits since `use.noted`."""
    return f"{request.session.session_key}:{use.noted}"


def is_polled(request: Any) -> bool:
    """Whether the page repeats this request by itself (see `team_view`), so that it does not count as use."""
    return bool(getattr(request, "is_polled", False))


def _write(request: Any, use: SessionUse) -> None:
    noted = replace(use, address=client_address(request.META), user_agent=user_agent_of(request))
    request.session[IN_SESSION] = asdict(noted)
