"""The words that a team sorts its tickets by."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team
from helpdesk.teams.querysets import TeamQuerySet


class Tag(models.Model):
    """A word that a team sorts its tickets by."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="tags", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=40, help_text=_("Lower case."))

    objects = TeamQuerySet["Tag"].as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="tag_name")]

    def __str__(self) -> str:
        return self.name
