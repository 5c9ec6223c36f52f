"""Where a person is logged in: the list on their account's page, and ending sessions there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.teams.access import personal_view
from helpdesk.teams.account_events import end_other_sessions
from helpdesk.teams.models import UserSession
from helpdesk.teams.session_ends import end_one
from helpdesk.teams.session_use import SessionUse

MOST_SHOWN = 50


@dataclass(frozen=True)
class ShownSession:
    """A session in the list."""

    pk: int
    use: SessionUse
    is_this: bool


def shown_sessions(request: Any) -> list[ShownSession]:
    """Where the person is logged in: this session first, then the most recently seen."""
    rows = UserSession.objects.filter(user=request.user, session__expire_date__gt=timezone.now())
    sessions = []
    for row in rows.select_related("session").order_by("-pk")[:MOST_SHOWN]:
        if use := SessionUse.of(row.session.get_decoded()):
            sessions.append(ShownSession(row.pk, use, row.session_id == request.session.session_key))
    return sorted(sessions, key=lambda session: (not session.is_this, -session.use.seen))


@require_POST
@personal_view
def end_session(request: Any, pk: int) -> HttpResponse:
    """End another session of the person's, if it has not ended meanwhile; this one ends by logging out."""
    rows = UserSession.objects.filter(user=request.user, pk=pk).exclude(session=request.session.session_key)
    if row := rows.select_related("session").first():
        end_one(row.session)
    messages.success(request, _("That session was logged out."))
    return redirect("account")


@require_POST
@personal_view
def end_sessions_elsewhere(request: Any) -> HttpResponse:
    """Log the person out everywhere else."""
    end_other_sessions(request, request.user)
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("account")
