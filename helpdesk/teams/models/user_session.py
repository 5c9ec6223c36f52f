"""Where people are logged in."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models.user import User
from helpdesk.teams.querysets import UserSessionQuerySet


class UserSession(models.Model):
    """Whose session it is. How it is used is stored in the session itself, see `SessionUse`.

    This row is deleted with the session. The database does not enforce that, so that code which does not know this
    table, such as an older version during a deployment, can still delete sessions.
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
