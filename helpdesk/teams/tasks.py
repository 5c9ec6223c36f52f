"""Jobs about accounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.management import call_command
from django.utils import timezone, translation
from procrastinate.contrib.django import app

from helpdesk.audit.models import KEPT_DAYS
from helpdesk.operations.retries import EMAIL_RETRY
from helpdesk.teams import account_emails, leaving, session_limits
from helpdesk.teams.account_events import hash_unknown_emails
from helpdesk.teams.models import AccountEvent, FormerMembership, Team, User, UserSession

KEPT = timedelta(days=KEPT_DAYS)  # as long as the audit log, which shows them
KEPT_OF_NOBODY = timedelta(days=180)  # attempts with addresses that have no account


@app.task(name="teams.send_password_reset", queue="notifications", retry=EMAIL_RETRY)
def send_password_reset(user_id: int | None, language: str) -> None:
    """Send the link to choose a new password, in this language; does nothing if there is no active account."""
    user = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user:
        with translation.override(language):
            account_emails.password_reset_email(user).send()


@app.task(name="teams.send_login_refused", queue="notifications", retry=EMAIL_RETRY)
def send_login_refused(user_id: int, language: str, ip: str, user_agent: str, timestamp: str) -> None:
    """Notify a person of too many wrong passwords: from where, with which browser, and when (ISO 8601)."""
    user = User.objects.filter(pk=user_id).first()
    if user:
        with translation.override(language):
            account_emails.login_refused_email(user, ip, user_agent, datetime.fromisoformat(timestamp)).send()


@app.periodic(cron="47 3 * * *")
@app.task(name="teams.forget_account_events", queueing_lock="teams.forget_account_events")
def forget_account_events(timestamp: int) -> None:
    """Delete account events and former memberships after KEPT, and events without an account after KEPT_OF_NOBODY."""
    now = timezone.now()
    AccountEvent.objects.filter(created_at__lt=now - KEPT).delete()
    FormerMembership.objects.filter(ended_at__lt=now - KEPT).delete()
    AccountEvent.objects.filter(user=None, created_at__lt=now - KEPT_OF_NOBODY).delete()
    hash_unknown_emails()


@app.periodic(cron="17 * * * *")
@app.task(
    name="teams.revoke_orphaned_grants",
    aliases=["teams.end_what_rested_on_rights"],
    queueing_lock="teams.revoke_orphaned_grants",
)
def revoke_orphaned_grants(timestamp: int) -> None:
    """Covers rights that were lost outside of pages and commands, as by hand in the database."""
    leaving.revoke_orphaned_grants(None)


@app.periodic(cron="23 * * * *")
@app.task(name="teams.end_overdue_sessions", queueing_lock="teams.end_overdue_sessions")
def end_overdue_sessions(timestamp: int) -> None:
    """Covers sessions that are no longer used, or only by pages left open."""
    session_limits.end_overdue_sessions(None)


@app.task(name="teams.delete_team", queue="operations")
def delete_team(team_id: int) -> None:
    """Delete a team with everything in it."""
    Team.objects.filter(pk=team_id).delete()


@app.periodic(cron="49 3 * * *")
@app.task(name="teams.forget_ended_sessions", queueing_lock="teams.forget_ended_sessions")
def forget_ended_sessions(timestamp: int) -> None:
    """Delete expired sessions, which Django does only when asked for one, and UserSessions whose session is gone."""
    call_command("clearsessions")
    UserSession.objects.ended().delete()
