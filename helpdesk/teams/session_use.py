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
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from helpdesk.operations.environ import client_address
from helpdesk.teams.browsers import browser_name
from helpdesk.teams.models import User, UserSession
from helpdesk.teams.session_ends import SessionData, end_with_session

IN_SESSION = "use"
NOTED_EVERY = timedelta(minutes=5)
LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE)


@dataclass(frozen=True)
class SessionUse:
    """Since when and how a session is used. Times are seconds since 1970, so that a session can keep them."""

    begun: float
    seen: float
    address: str = ""
    user_agent: str = ""
    days: int | None = None
    idle_hours: int | None = None

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

    def is_over(self, now: datetime) -> bool:
        """Whether the person is to log in anew."""
        longest = min(LONGEST, timedelta(days=self.days)) if self.days else LONGEST
        idle = timedelta(hours=self.idle_hours) if self.idle_hours else LONGEST
        return now - self.begun_at >= longest or now - self.seen_at >= idle

    def is_stale(self, now: datetime) -> bool:
        """Whether it is to be noted anew."""
        return now - self.seen_at >= NOTED_EVERY

    def under(self, limits: dict[str, int | None]) -> Self:
        """The same with the limits of now."""
        return replace(self, **limits)


def limits_of(user: User) -> dict[str, int | None]:
    """For how long the person may stay logged in: the strictest of their teams."""
    teams = user.memberships.aggregate(days=Min("team__session_days"), idle_hours=Min("team__session_idle_hours"))
    return dict(teams)


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
    """What limits hold now is asked where something would be noted, so that a page costs nothing."""
    now, use = timezone.now(), SessionUse.of(request.session)
    if use is None or not use.is_stale(now):
        return
    if not use.is_over(now):
        use = use.under(limits_of(request.user))
        request.session_limits = {"days": use.days, "idle_hours": use.idle_hours}
    if use.is_over(now):
        end_with_session(request.session)
        logout(request)


def _note(request: Any, *, is_new: bool) -> None:
    """Whatever logged the person in, or gave the session another key, it is found here."""
    now, session = timezone.now(), request.session
    use = SessionUse.of(session)
    is_due = use is None or (use.is_stale(now) and not getattr(request, "is_polled", False))
    if is_due:
        limits = getattr(request, "session_limits", None) or limits_of(request.user)
        begun = now.timestamp() if use is None else use.begun
        agent = request.headers.get("User-Agent", "").replace("\0", "")[:200]
        session[IN_SESSION] = asdict(SessionUse(begun, now.timestamp(), client_address(request.META), agent, **limits))
    if is_new or use is None:
        if not session.session_key:
            session.create()
        own = UserSession(session_id=session.session_key, user=request.user)
        UserSession.objects.bulk_create([own], ignore_conflicts=True)
