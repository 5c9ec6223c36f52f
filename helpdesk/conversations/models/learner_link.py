"""Links to learners' pages."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Ticket

LIFETIME = timedelta(days=30)


def link_expiry() -> datetime:
    """When a link created now expires."""
    return timezone.now() + LIFETIME


class LearnerLink(models.Model):
    """A link to one ticket for its learner, who needs no account; only the hash of its token is stored."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="learner_links", verbose_name=_("ticket"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=link_expiry)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    used_at = models.DateTimeField(
        _("used"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the learner first sent something through it."),
    )

    objects = TeamQuerySet["LearnerLink"].as_manager()

    class Meta:
        verbose_name = _("learner's link")
        verbose_name_plural = _("learners' links")

    def __str__(self) -> str:
        return f"{self.ticket} · {self.created_at:%Y-%m-%d}"

    @property
    def is_valid(self) -> bool:
        """Whether it still opens the learner's page."""
        return self.revoked_at is None and self.expires_at > timezone.now()

    @staticmethod
    def new_token() -> str:
        """128 random bits in URL-safe characters."""
        return secrets.token_urlsafe(16)
