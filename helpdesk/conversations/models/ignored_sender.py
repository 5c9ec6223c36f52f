"""Senders whose e-mail a team ignores."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet


class IgnoredSender(models.Model):
    """An address whose e-mail is ignored if it fits no ticket and no learner, and would otherwise be held."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    address = models.CharField(_("address"), max_length=320, help_text=_("Lower case."))
    ignored_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = TeamQuerySet["IgnoredSender"].as_manager()

    class Meta:
        verbose_name = _("ignored sender")
        verbose_name_plural = _("ignored senders")
        constraints = [models.UniqueConstraint(fields=["team", "address"], name="sender_ignored_once")]

    def __str__(self) -> str:
        return self.address
