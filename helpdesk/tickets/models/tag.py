"""Tags of tickets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team
from helpdesk.tickets.querysets import TagQuerySet


class Tag(models.Model):
    """A word by which a team groups its tickets."""

    class Color(models.TextChoices):
        """Colors of the dot beside the name; the stylesheet's class names contain these values."""

        RED = "red", pgettext_lazy("color", "Red")
        ORANGE = "orange", pgettext_lazy("color", "Orange")
        YELLOW = "yellow", pgettext_lazy("color", "Yellow")
        GREEN = "green", pgettext_lazy("color", "Green")
        TEAL = "teal", pgettext_lazy("color", "Teal")
        BLUE = "blue", pgettext_lazy("color", "Blue")
        PURPLE = "purple", pgettext_lazy("color", "Purple")
        PINK = "pink", pgettext_lazy("color", "Pink")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="tags", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=40, help_text=_("Lower case."))
    color = models.CharField(_("color"), max_length=10, choices=Color, blank=True, default="", db_default="")

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="tag_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        """The CSS class of the colored dot; empty without a color."""
        return f"tag-{self.color}" if self.color else ""
