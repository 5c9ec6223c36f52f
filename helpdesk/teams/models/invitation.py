"""Invitations to a team."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models.team import Team
from helpdesk.teams.models.user import User
from helpdesk.teams.querysets import InvitationQuerySet
from helpdesk.teams.roles import EXPLANATIONS, Role
from helpdesk.ui.email_addresses import validate_mailable


def invitation_expiry() -> Any:
    """When an invitation sent now expires: in 14 days."""
    return timezone.now() + timedelta(days=14)


class Invitation(models.Model):
    """An e-mail that lets the owner of an address join a team; only a hash of its token is stored."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations", verbose_name=_("team"))
    email = models.EmailField(_("e-mail"), validators=[validate_mailable])
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.AGENT)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("sent"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=invitation_expiry)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [models.UniqueConstraint(fields=["team", "email"], name="invitation_once")]

    def __str__(self) -> str:
        return f"{self.email} · {self.team}"

    @property
    def is_expired(self) -> bool:
        """Whether `expires_at` has passed."""
        return self.expires_at <= timezone.now()

    @property
    def role_explanation(self) -> str:
        """What people do in the role, in a sentence."""
        return str(EXPLANATIONS[Role(self.role)])

    @staticmethod
    def new_token() -> str:
        """An unguessable token for the e-mail."""
        return secrets.token_urlsafe(32)
