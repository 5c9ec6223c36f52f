"""Ends sessions whose time is over in the database too, in case no request comes that would notice."""

from __future__ import annotations

from django.utils import timezone

from helpdesk.teams.models import Team, UserSession
from helpdesk.teams.session_ends import end_one
from helpdesk.teams.session_use import SessionUse


def end_overdue_sessions(team: Team | None, but: str | None = None) -> None:
    """End sessions of the team's members (None: of everybody) that are older, or unused for longer, than teams allow.

    `but` is the key of the session that makes this request; its own next request ends it.
    """
    now = timezone.now()
    rows = UserSession.objects.with_limits().select_related("session").exclude(session=but or "")
    if team:
        rows = rows.filter(user__in=team.memberships.values("user"))
    for row in rows.iterator(chunk_size=500):
        use = SessionUse.of(row.session.get_decoded())
        if use and use.is_over(row.days, row.idle_hours, now):  # type: ignore[attr-defined] # with_limits() says so
            end_one(row.session)
