"""The addresses that Eduzz sends events to, and their health."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Literal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team
from helpdesk.ui.networks import LONGEST
from webhooks.querysets import SourceQuerySet

LATE = timedelta(minutes=1)  # how long an event may wait before somebody should know


def new_source_id() -> str:
    """A part of an address that nobody can guess: 128 random bits in hex."""
    return secrets.token_hex(16)


def is_late(waited: timedelta | None) -> bool:
    """Whether a delivery that has waited this long is overdue; False for None."""
    return waited is not None and waited > LATE


class Source(models.Model):
    """One webhook configuration in the Eduzz console that points at us."""

    class Rejection(models.TextChoices):
        """Why a request was rejected."""

        UNVERIFIED = "unverified", pgettext_lazy("rejection", "The signature matches none of the keys")
        UNSIGNED = "unsigned", pgettext_lazy("rejection", "There is no readable signature")
        TOO_LARGE = "too_large", pgettext_lazy("rejection", "The body is over 256 KiB")
        DISABLED = "disabled", pgettext_lazy("rejection", "The source is turned off")

    class Health(models.TextChoices):
        """Whether help requests come in through the source, and if not, why."""

        CONNECTED = "connected", pgettext_lazy("source health", "Connected")
        UNVERIFIED = "unverified", pgettext_lazy("source health", "Waiting for the ping")
        OFF = "off", pgettext_lazy("source health", "Turned off")
        NO_KEY = "no_key", pgettext_lazy("source health", "No key")
        QUARANTINED = "quarantined", pgettext_lazy("source health", "A key is missing")
        REJECTING = "rejecting", pgettext_lazy("source health", "Refusing requests")
        DELAYED = "delayed", pgettext_lazy("source health", "Events are waiting")
        SILENT = "silent", pgettext_lazy("source health", "Silent")

    PASSING = frozenset({Health.DELAYED, Health.SILENT})  # troubles that may end by themselves
    TROUBLES = frozenset({Health.NO_KEY, Health.QUARANTINED, Health.REJECTING}) | PASSING
    SILENCE = timedelta(days=7)  # after which somebody should check that Eduzz still sends

    id = models.CharField(_("address"), primary_key=True, max_length=32, default=new_source_id, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="sources", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=100)
    is_enabled = models.BooleanField(_("enabled"), default=True, help_text=_("Answers 404 while it is off."))
    networks = ArrayField(
        models.CharField(max_length=LONGEST),
        null=True,
        blank=True,
        verbose_name=_("only from"),
        help_text=_("Networks. Signed events from elsewhere are kept until somebody replays them."),
    )
    verified_at = models.DateTimeField(
        _("verified"), null=True, blank=True, editable=False, help_text=_("The first authentic ping.")
    )
    last_ping_at = models.DateTimeField(_("last ping"), null=True, blank=True, editable=False)
    last_duplicate_at = models.DateTimeField(
        _("last duplicate"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When an event that we already had last arrived (UTC)."),
    )
    last_rejected_at = models.DateTimeField(_("last rejection"), null=True, blank=True, editable=False)
    last_rejection = models.CharField(
        _("reason of the last rejection"), max_length=20, choices=Rejection, blank=True, editable=False
    )
    unverified_count = models.PositiveIntegerField(_("unverified requests"), default=0, editable=False)
    unsigned_count = models.PositiveIntegerField(_("unsigned requests"), default=0, editable=False)
    too_large_count = models.PositiveIntegerField(_("requests too large"), default=0, editable=False)
    failures_reported_at = models.DateTimeField(
        _("failures reported"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The last e-mail about failed events."),
    )
    reported_health = models.CharField(
        _("health reported"),
        max_length=20,
        choices=Health,
        blank=True,
        db_default="",
        editable=False,
        help_text=_("What the last e-mail about the source said; empty once it works again."),
    )
    health_reports = models.JSONField(
        _("health reports"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        editable=False,
        help_text=_("When the last e-mail about each kind of trouble was sent (UTC)."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    checked_steps = models.JSONField(
        _("steps checked by hand"),
        default=list,
        db_default=models.Value([], models.JSONField()),
        editable=False,
        help_text=_("The steps of the set-up that only a person can confirm."),
    )
    first_call_at = models.DateTimeField(
        _("first help request"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the first one that created a ticket arrived (UTC); test calls do not count."),
    )
    deleted_at = models.DateTimeField(
        _("deleted"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since then, its address has answered 404; the row stays as long as its deliveries."),
    )
    keeps_log = models.BooleanField(
        _("deliveries kept"),
        default=True,
        db_default=True,
        editable=False,
        help_text=_("Whether its deliveries stay once it is deleted."),
    )

    # Only set by `with_health()`.
    has_live_key: bool
    last_key_used_at: datetime | None
    last_used_key_retired_at: datetime | None
    quarantined_count: int
    last_delivery_at: datetime | None
    waited: timedelta | None
    has_failed: bool
    team_takes_calls: bool

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def intake_path(self) -> str:
        """The path that Eduzz posts to."""
        return reverse("intake", args=[self.pk])

    @property
    def health(self) -> Source.Health:
        """Whether help requests come in, or the gravest reason why not. Only for sources read by `with_health()`.

        A rejection counts for a week, while it is newer than everything authentic: strangers can cause it, but the next
        event or ping clears it. After the key that was used last is retired, earlier events prove nothing, so the
        source is unverified until a live key verifies something.
        """
        last = self.last_authentic_at
        if not self.is_enabled:
            return self.Health.OFF
        if not self.has_live_key:
            return self.Health.NO_KEY
        if self.quarantined_count:
            return self.Health.QUARANTINED
        if last is None:
            return self.Health.UNVERIFIED
        is_rejected = self.last_rejection not in {"", self.Rejection.DISABLED}
        if is_rejected and self.last_rejected_at and self.last_rejected_at > max(last, timezone.now() - self.SILENCE):
            return self.Health.REJECTING
        if is_late(self.waited):
            return self.Health.DELAYED
        if last < timezone.now() - self.SILENCE:
            return self.Health.SILENT
        if self.last_used_key_retired_at:
            return self.Health.UNVERIFIED
        return self.Health.CONNECTED

    @property
    def is_called_while_off(self) -> bool:
        """Whether Eduzz has sent something in the last week, although the source is turned off."""
        at = self.last_rejected_at if self.last_rejection == self.Rejection.DISABLED else None
        is_lately = at is not None and at > timezone.now() - self.SILENCE
        return not self.is_enabled and is_lately

    @property
    def trouble(self) -> Source.Health | None:
        """The problem that somebody has to fix, if any. Only for sources read by `with_health()`.

        A source that is turned off has none if nothing is sent to it or quarantined, and the team has another source
        that is on.
        """
        health = self.health
        if health in self.TROUBLES:
            return health
        if health == self.Health.OFF:
            if self.is_called_while_off or not self.team_takes_calls:
                return health
            if self.quarantined_count:
                return self.Health.QUARANTINED
        return None

    @property
    def is_late(self) -> bool:
        """Whether an event from this source has waited too long. Only for sources read by `with_health()`."""
        return is_late(self.waited)

    @property
    def is_in_grave_trouble(self) -> bool:
        """Whether calls are lost until somebody does something. Only for sources read by `with_health()`."""
        return self.trouble not in {None, *self.PASSING}

    @property
    def level(self) -> Literal["success", "warning", "error", ""]:
        """The level of the source's light and badge. Only for sources read by `with_health()`."""
        if self.has_failed or self.is_in_grave_trouble:
            return "error"
        if self.trouble or self.is_late or self.health == self.Health.UNVERIFIED:
            return "warning"
        return "success" if self.health == self.Health.CONNECTED else ""

    @property
    def last_authentic_at(self) -> datetime | None:
        """When anything authentic last arrived from Eduzz (UTC). Only for sources read by `with_health()`."""
        of_source = [self.last_delivery_at, self.last_duplicate_at, self.last_ping_at, self.verified_at]
        return max(filter(None, [*of_source, self.last_key_used_at]), default=None)

    @property
    def is_in_trouble(self) -> bool:
        """Whether somebody has to do something. Only for sources read by `with_health()`."""
        return self.has_failed or self.is_late or self.trouble is not None
