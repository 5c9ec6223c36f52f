"""What was asked for by or for learners, about their data."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Learner
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet

EXPORTS_KEPT = timedelta(days=7)


class LearnerExportQuerySet(TeamQuerySet["LearnerExport"]):
    """Exports."""

    def running(self) -> LearnerExportQuerySet:
        """Those that are still being made."""
        return self.filter(finished_at=None, failed_at=None)


class LearnerExport(models.Model):
    """All that a team holds of one learner, as a file; made by a worker, and deleted when its time is over."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    learner = models.ForeignKey(Learner, models.CASCADE, related_name="exports", verbose_name=_("learner"))
    requested_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by")
    )
    done = models.PositiveSmallIntegerField(_("done"), default=0, editable=False, help_text=_("Kinds of data."))
    total = models.PositiveSmallIntegerField(_("of"), default=0, editable=False, help_text=_("Kinds of data."))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    storage_key = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False, help_text=_("Bytes."))
    created_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, editable=False)
    downloaded_at = models.DateTimeField(
        _("last downloaded"), null=True, blank=True, editable=False, help_text=_("By anyone of the team.")
    )
    downloaded_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("downloaded by")
    )

    objects = LearnerExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export of a learner")
        verbose_name_plural = _("exports of learners")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"],
                condition=Q(finished_at__isnull=True, failed_at__isnull=True),
                name="learner_export_once_at_a_time",
            )
        ]
        indexes = [
            models.Index(fields=["team", "-created_at"], name="learner_export_newest"),
            models.Index(fields=["expires_at"], name="learner_export_expired", condition=~Q(storage_key="")),
        ]

    def __str__(self) -> str:
        return f"{self.learner} · {self.created_at:%Y-%m-%d}"

    @property
    def is_running(self) -> bool:
        """Whether it is still being made."""
        return self.finished_at is None and self.failed_at is None

    @property
    def is_available(self) -> bool:
        """Whether it can be downloaded."""
        return bool(self.storage_key) and self.expires_at is not None and self.expires_at > timezone.now()
