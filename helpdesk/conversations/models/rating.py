"""Learners' ratings of the help."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Score, Ticket


class Rating(models.Model):
    """The learner's rating of a resolution of the ticket; they can change it until it is resolved again."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="ratings", verbose_name=_("ticket"))
    resolved_at = models.DateTimeField(_("resolution"), help_text=_("The resolution that is rated."))
    resolved_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("resolved by")
    )
    score = models.PositiveSmallIntegerField(_("rating"), choices=Score)
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)
    created_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    objects = TeamQuerySet["Rating"].as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "resolved_at"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(score__in=[1, 2, 3]), name="rating_score"),
        ]
        indexes = [
            models.Index(fields=["team", "created_at"], name="rating_of_team"),
            models.Index(fields=["created_at"], name="rating_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} · {self.get_score_display()}"
