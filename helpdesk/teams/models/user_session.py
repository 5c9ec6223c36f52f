"""Where people are logged in."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models.user import User
from helpdesk.teams.querysets import UserSessionQuerySet


class UserSession(models.Model):
    """Whose a session is. What is known of it stands in the session itself, see `SessionUse`; this ends with it.

    The database does not enforce that: what deletes sessions without knowing this table, as the version of before it
    that still runs while a new one is deployed, must not fail for it.
    """

    session = models.OneToOneField(
        Session, models.CASCADE, related_name="user_session", verbose_name=_("session"), db_constraint=False
    )
    user = models.ForeignKey(User, models.CASCADE, related_name="user_sessions", verbose_name=_("person"))

    objects = UserSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")

    def __str__(self) -> str:
        return str(self.user)
