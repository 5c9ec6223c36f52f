"""Exports and erasures of learners' data, tombstones of erased learners, and a team's settings for all this."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from encrypted_fields.fields import EncryptedTextField

from helpdesk.courses.models import Learner
from helpdesk.privacy.incidents import Incident as Incident
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet

KEY_LENGTH = 64  # hexadecimal digits of a tombstone key
EXPORTS_KEPT = timedelta(days=7)
MOST_FAILURES = 3  # consecutive failures of an erasure until people are told
LATE_AFTER = timedelta(days=1)
ANSWER_WITHIN = timedelta(days=15)  # LGPD, art. 19


def new_tombstone_key() -> str:
    """A random key of 256 bits, for hashing the addresses of erased learners."""
    return secrets.token_hex(KEY_LENGTH // 2)


class TeamPrivacy(models.Model):
    """A team's rule for erasing learners, its contact for questions about data, and the key of its tombstones."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="privacy", verbose_name=_("team"))
    needs_second_person = models.BooleanField(_("a second person must agree before a learner is erased"), default=False)
    contact = models.EmailField(
        _("address for questions about personal data"), blank=True, help_text=_("Shown on the page that learners open.")
    )
    tombstone_key = EncryptedTextField(default=new_tombstone_key, editable=False, help_text=_("Encrypted at rest."))

    class Meta:
        verbose_name = _("privacy settings")
        verbose_name_plural = _("privacy settings")

    def __str__(self) -> str:
        return str(self.team)


class TeamRetention(models.Model):
    """How long a team keeps one kind of data, which has the name of a Retained (helpdesk.privacy.retention)."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    name = models.CharField(_("kind of data"), max_length=30)
    days = models.PositiveIntegerField(_("days"), null=True, blank=True, help_text=_("Empty: for ever."))
    last_pk = models.PositiveBigIntegerField(
        default=0, db_default=0, editable=False, help_text=_("It continues after the row with this ID.")
    )

    objects = TeamQuerySet["TeamRetention"].as_manager()

    class Meta:
        verbose_name = _("retention")
        verbose_name_plural = _("retention")
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="team_retention_once")]

    def __str__(self) -> str:
        return f"{self.name} · {self.days or '∞'}"


class Tombstone(models.Model):
    """A keyed hash of an erased learner's address, to recognise what arrives about them later."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    digest = models.CharField(_("hash"), max_length=64)
    erased_at = models.DateTimeField(_("erased"))
    has_ended = models.BooleanField(
        _("ended"), default=False, db_default=False, help_text=_("Since then, the address has been somebody else’s.")
    )

    class Meta:
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        constraints = [models.UniqueConstraint(fields=["team", "digest"], name="tombstone_once")]

    def __str__(self) -> str:
        return f"{self.digest[:8]} · {self.erased_at:%Y-%m-%d}"

    def stands_at(self, moment: datetime) -> bool:
        """Whether the learner who had the address at this time (UTC) is erased."""
        return not self.has_ended or moment <= self.erased_at


class LearnerRequest(models.Model):
    """A learner's request about their data, which must be answered in time."""

    created_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

    @property
    def answer_by(self) -> datetime:
        """The latest time for a complete answer to the learner."""
        return self.created_at + ANSWER_WITHIN

    @property
    def is_overdue(self) -> bool:
        """Whether `answer_by` has passed; callers check whether the learner was answered."""
        return self.answer_by < timezone.now()


class LearnerErasureQuerySet(TeamQuerySet["LearnerErasure"]):
    """Queries on erasures, by whether they need somebody's attention."""

    def awaiting_people(self) -> LearnerErasureQuerySet:
        """Those that wait for a second person, have failed MOST_FAILURES times in a row, or have run for LATE_AFTER."""
        is_late = Q(erased_at__lt=timezone.now() - LATE_AFTER)
        is_stuck = Q(Q(failures__gte=MOST_FAILURES) | is_late, state=self.model.State.RUNNING)
        return self.filter(Q(state=self.model.State.WAITING) | is_stuck)


class LearnerErasure(LearnerRequest):
    """The erasure of a learner: waiting → running → done, or withdrawn. The row stays as the receipt."""

    class State(models.TextChoices):
        """The stages of an erasure."""

        WAITING = "waiting", pgettext_lazy("erasure", "Waiting for a second person")
        RUNNING = "running", pgettext_lazy("erasure", "Erasing")
        DONE = "done", pgettext_lazy("erasure", "Erased")
        WITHDRAWN = "withdrawn", pgettext_lazy("erasure", "Withdrawn")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    learner = models.ForeignKey(Learner, models.RESTRICT, related_name="erasures", verbose_name=_("learner"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by"))
    agreed_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("agreed by")
    )
    # JSON with the learner's name and addresses, by which their data is found; emptied when the erasure is done.
    subject = EncryptedTextField(null=True, blank=True, editable=False, help_text=_("Encrypted at rest."))
    fence_at = models.DateTimeField(
        null=True, editable=False, help_text=_("Work that began earlier may still write learner data that it had read.")
    )
    is_settled = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("When this pass began, no earlier work was still running."),
    )
    kind_index = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text=_("The kind of data it is working on.")
    )
    last_pk = models.PositiveBigIntegerField(
        default=0, editable=False, help_text=_("It continues after the row with this ID.")
    )
    matched = models.PositiveIntegerField(default=0, editable=False, help_text=_("Rows in this pass."))
    searched = models.JSONField(
        default=list, editable=False, help_text=_("The kinds whose rows have all been checked.")
    )
    passed_over = models.JSONField(default=dict, editable=False, help_text=_("IDs of rows that were locked, by kind."))
    batch_limit = models.PositiveSmallIntegerField(
        null=True, editable=False, help_text=_("Batch size by kind, reduced after a timeout.")
    )
    failures = models.PositiveSmallIntegerField(_("failures"), default=0, editable=False, help_text=_("In a row."))
    last_error = models.CharField(_("last error"), max_length=100, blank=True, editable=False)
    counts = models.JSONField(_("erased"), default=dict, editable=False, help_text=_("Number of rows by kind of data."))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    objects = LearnerErasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure of a learner")
        verbose_name_plural = _("erasures of learners")
        constraints = [
            models.UniqueConstraint(
                fields=["learner"], condition=Q(state__in=["waiting", "running"]), name="learner_erasure_once_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["team", "-created_at"], name="learner_erasure_newest"),
            models.Index(fields=["id"], name="learner_erasure_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id} · {self.get_state_display()}"

    @property
    def is_running(self) -> bool:
        """Whether it is in progress."""
        return self.state == self.State.RUNNING

    @property
    def is_failing(self) -> bool:
        """Whether it keeps failing."""
        return self.is_running and self.failures >= MOST_FAILURES


class LearnerExportQuerySet(TeamQuerySet["LearnerExport"]):
    """Queries on exports, by whether they are ready."""

    def running(self) -> LearnerExportQuerySet:
        """The exports that are still being made."""
        return self.filter(finished_at=None, failed_at=None)


class LearnerExport(LearnerRequest):
    """All that a team holds about one learner, as a file; made by a worker, and deleted when it expires."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    learner = models.ForeignKey(Learner, models.CASCADE, related_name="exports", verbose_name=_("learner"))
    requested_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("requested by"))
    done = models.PositiveSmallIntegerField(_("done"), default=0, editable=False, help_text=_("Kinds of data."))
    total = models.PositiveSmallIntegerField(_("of"), default=0, editable=False, help_text=_("Kinds of data."))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    storage_key = models.CharField(max_length=100, blank=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), default=0, editable=False, help_text=_("Bytes."))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)
    failed_at = models.DateTimeField(_("failed"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, editable=False)
    downloaded_at = models.DateTimeField(
        _("last downloaded"), null=True, blank=True, editable=False, help_text=_("By anyone on the team.")
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
