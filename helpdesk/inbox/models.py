"""Saved views: named filters of the inbox."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.inbox.querysets import SavedViewQuerySet
from helpdesk.teams.models import Team, User


def keep_shared_views(collector: Any, field: Any, views: Any, using: str) -> None:
    """`on_delete` of the owner: delete their own views, keep shared ones without an owner."""
    models.SET_NULL(collector, field, views.filter(is_shared=True), using)
    models.CASCADE(collector, field, views.filter(is_shared=False), using)


class SavedView(models.Model):
    """A filter of the inbox that somebody saved, for themselves or for the team; shown in the sidebar."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="saved_views", verbose_name=_("team"))
    owner = models.ForeignKey(
        User,
        keep_shared_views,
        null=True,
        blank=True,
        related_name="saved_views",
        verbose_name=_("owner"),
        help_text=_("Empty if the account of the person who shared it is gone."),
    )
    name = models.CharField(_("name"), max_length=40)
    query = models.CharField(_("query"), max_length=2000, help_text=_("The query string of the inbox's address."))
    is_shared = models.BooleanField(_("shared with the team"), default=False)
    created_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        db_table = "tickets_savedview"  # its name since before it was a model of this room
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["team", "owner", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name
