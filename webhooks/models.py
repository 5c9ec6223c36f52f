"""What Eduzz sends us: through which source, signed by which keys, and what became of it."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Literal

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from encrypted_fields.fields import EncryptedTextField

from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket
from webhooks.querysets import DeliveryQuerySet, SourceQuerySet

LATE = timedelta(minutes=1)  # that an event may wait before somebody should know


def new_source_id() -> str:
    """A part of an address that nobody can guess: 128 random bits."""
    return secrets.token_hex(16)


def is_late(waited: timedelta | None) -> bool:
    """Whether what has waited so long should be processed by now."""
    return waited is not None and waited > LATE


class Source(models.Model):
    """One webhook configuration in the Eduzz console that points at us."""

    class Rejection(models.TextChoices):
        """Why a request was not taken."""

        UNVERIFIED = "unverified", pgettext_lazy("rejection", "The signature matches none of the keys")
        UNSIGNED = "unsigned", pgettext_lazy("rejection", "There is no readable signature")
        TOO_LARGE = "too_large", pgettext_lazy("rejection", "The body is over 256 KiB")
        DISABLED = "disabled", pgettext_lazy("rejection", "The connection is turned off")

    class Health(models.TextChoices):
        """Whether help requests come in through it."""

        CONNECTED = "connected", pgettext_lazy("source health", "Connected")
        UNVERIFIED = "unverified", pgettext_lazy("source health", "Waiting for the ping")
        OFF = "off", pgettext_lazy("source health", "Turned off")
        NO_KEY = "no_key", pgettext_lazy("source health", "No key")
        QUARANTINED = "quarantined", pgettext_lazy("source health", "A key is missing")
        REJECTING = "rejecting", pgettext_lazy("source health", "Refusing requests")
        DELAYED = "delayed", pgettext_lazy("source health", "Events are waiting")
        SILENT = "silent", pgettext_lazy("source health", "Silent")

    PASSING = frozenset({Health.DELAYED, Health.SILENT})  # troubles that may end without anybody
    TROUBLES = frozenset({Health.NO_KEY, Health.QUARANTINED, Health.REJECTING}) | PASSING
    SILENCE = timedelta(days=7)  # after which somebody should look whether Eduzz still sends

    id = models.CharField(_("address"), primary_key=True, max_length=32, default=new_source_id, editable=False)
    team = models.ForeignKey(Team, models.CASCADE, related_name="sources", verbose_name=_("team"))
    name = models.CharField(_("name"), max_length=100)
    is_enabled = models.BooleanField(_("enabled"), default=True, help_text=_("Answers 404 while it is off."))
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
        help_text=_("What the last e-mail about the connection said; empty once it works again."),
    )
    health_reports = models.JSONField(
        _("health reports"),
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        editable=False,
        help_text=_("When the last e-mail about each kind of trouble was sent (UTC)."),
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    # Known where `with_health()` was asked for.
    has_live_key: bool
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
        """What keeps help requests from coming in, the gravest first. Only of sources read by `with_health()`."""
        last = self.last_authentic_at
        if not self.is_enabled:
            return self.Health.OFF
        if not self.has_live_key:
            return self.Health.NO_KEY
        if self.quarantined_count:
            return self.Health.QUARANTINED
        if last is None:
            return self.Health.UNVERIFIED
        is_rejected = self.last_rejection in {self.Rejection.UNSIGNED, self.Rejection.TOO_LARGE}
        if is_rejected and self.last_rejected_at and self.last_rejected_at > max(last, timezone.now() - self.SILENCE):
            return self.Health.REJECTING
        if is_late(self.waited):
            return self.Health.DELAYED
        if last < timezone.now() - self.SILENCE:
            return self.Health.SILENT
        return self.Health.CONNECTED

    @property
    def is_called_while_off(self) -> bool:
        """Whether Eduzz still sends to it lately, though it is switched off."""
        at = self.last_rejected_at if self.last_rejection == self.Rejection.DISABLED else None
        is_lately = at is not None and at > timezone.now() - self.SILENCE
        return not self.is_enabled and is_lately

    @property
    def trouble(self) -> Source.Health | None:
        """What somebody has to do something about. Only of sources read by `with_health()`.

        To be switched off is none while nothing is sent to it and the team has another one that takes calls.
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
        """Whether something that came through it waits for too long. Only of sources read by `with_health()`."""
        return is_late(self.waited)

    @property
    def is_in_grave_trouble(self) -> bool:
        """Whether calls are lost until somebody does something. Only of sources read by `with_health()`."""
        return self.trouble not in {None, *self.PASSING}

    @property
    def level(self) -> Literal["success", "warning", "error", ""]:
        """What light and badge tell: success where all is well. Only of sources read by `with_health()`."""
        if self.has_failed or self.is_in_grave_trouble:
            return "error"
        if self.trouble or self.is_late or self.health == self.Health.UNVERIFIED:
            return "warning"
        return "success" if self.health == self.Health.CONNECTED else ""

    @property
    def last_authentic_at(self) -> datetime | None:
        """When something came last that Eduzz had signed (UTC). Only of sources read by `with_health()`."""
        times = [self.last_delivery_at, self.last_duplicate_at, self.last_ping_at, self.verified_at]
        return max(filter(None, times), default=None)

    @property
    def is_in_trouble(self) -> bool:
        """Whether somebody has to do something. Only of sources read by `with_health()`."""
        return self.has_failed or self.is_late or self.trouble is not None


class SigningKey(models.Model):
    """An access key of the Eduzz console, with which a source's deliveries are signed."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="keys", verbose_name=_("source"))
    key = EncryptedTextField(_("key"), help_text=_("Encrypted at rest."))
    hint = models.CharField(_("ends in"), max_length=4, help_text=_("The last characters, to tell keys apart."))
    created_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)
    retired_at = models.DateTimeField(
        pgettext_lazy("signing key", "disabled"),
        null=True,
        blank=True,
        help_text=_("From then on, it verifies nothing."),
    )

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"…{self.hint}"

    @property
    def is_live(self) -> bool:
        """Whether it verifies deliveries."""
        return self.retired_at is None


class Delivery(models.Model):
    """One authentic event as received. The bytes are never edited; processing changes only what became of them."""

    class Outcome(models.TextChoices):
        """What became of the event."""

        WAITING = "waiting", pgettext_lazy("delivery outcome", "Waiting")
        PROCESSED = "processed", pgettext_lazy("delivery outcome", "Processed")
        IGNORED = "ignored", pgettext_lazy("delivery outcome", "Ignored")
        FAILED = "failed", pgettext_lazy("delivery outcome", "Failed")

    class Problem(models.TextChoices):
        """What is wrong with an event; a processed one may have an implausible time."""

        ENCODING = "encoding", pgettext_lazy("delivery problem", "The body cannot be decompressed")
        TOO_LARGE = "too_large", pgettext_lazy("delivery problem", "The decompressed body is over 256 KiB")
        NOT_JSON = "not_json", pgettext_lazy("delivery problem", "The body is not valid JSON")
        TOO_DEEP = "too_deep", pgettext_lazy("delivery problem", "The JSON is nested too deeply")
        MISSING = "missing", pgettext_lazy("delivery problem", "A required field is missing")
        WRONG_TYPE = "wrong_type", pgettext_lazy("delivery problem", "A field has the wrong type")
        INVALID = "invalid", pgettext_lazy("delivery problem", "A field has a value that is not valid")
        UNSTORABLE = "unstorable", pgettext_lazy("delivery problem", "A text contains characters that cannot be stored")
        HANDLER_ERROR = "handler_error", pgettext_lazy("delivery problem", "An error on our side")
        INTERRUPTED = "interrupted", pgettext_lazy("delivery problem", "Our worker stopped while processing it")
        IMPLAUSIBLE_TIME = (
            "implausible_time",
            pgettext_lazy("delivery problem", "A time is implausible; the time of receipt is used"),
        )

    # Team and ticket are no foreign keys to the database: an INSERT would wait for whoever locks their tables, as a
    # migration does. The source's key holds the team as well, which no source changes.
    team = models.ForeignKey(
        Team, models.CASCADE, db_index=False, db_constraint=False, related_name="+", verbose_name=_("team")
    )
    source = models.ForeignKey(
        Source, models.CASCADE, db_index=False, related_name="deliveries", verbose_name=_("source")
    )
    body = models.BinaryField(_("body"), help_text=_("The raw bytes, as signed."))
    content_encoding = models.CharField(
        _("content encoding"), max_length=20, blank=True, db_default="", help_text=_("How the body is compressed.")
    )
    event = models.CharField(_("event"), max_length=100, blank=True, help_text=_("Empty if it cannot be read."))
    event_id = models.CharField(
        _("event id"), max_length=255, help_text=_("The sender's ID; without one, sha256: and the hash of the body.")
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, help_text=_("The envelope's sentDate (UTC)."))
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    problem = models.CharField(_("problem"), max_length=20, choices=Problem, blank=True, db_default="")
    reason = models.TextField(
        _("details"), blank=True, db_default="", help_text=_("The field, or our error, that made it fail.")
    )
    attempts = models.PositiveIntegerField(
        _("attempts"), db_default=0, help_text=_("How often it was tried since it last started waiting.")
    )
    interruptions = models.PositiveSmallIntegerField(
        _("interruptions"),
        db_default=0,
        help_text=_("Attempts in a row that started but never finished because their worker was gone."),
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt"), null=True, blank=True, help_text=_("While it waits: not before this time (UTC).")
    )
    waiting_since = models.DateTimeField(
        _("waiting since"),
        null=True,
        blank=True,
        db_default=Now(),
        help_text=_("When it arrived, or was last set to wait again (UTC); kept once it has an outcome."),
    )
    finished_at = models.DateTimeField(
        _("finished"), null=True, blank=True, help_text=_("When it got its outcome (UTC); empty while it waits.")
    )
    duration_ms = models.PositiveIntegerField(
        _("duration"), db_default=0, help_text=_("Of the last attempt, in milliseconds.")
    )
    ticket = models.OneToOneField(
        Ticket,
        models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="delivery",
        verbose_name=_("ticket"),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(fields=["team", "event", "event_id"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["waiting", "processed", "ignored", "failed"]), name="outcome"
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "next_attempt_at", "id"],
                name="delivery_due_of_team",
                condition=models.Q(outcome="waiting"),
            ),
            # Its condition says more than what is due asks for: where statistics are of a time when nothing waited, the
            # planner would take this index for the other one, and read all that waits.
            models.Index(
                fields=["source", "waiting_since"],
                name="delivery_waiting",
                condition=models.Q(outcome="waiting", waiting_since__isnull=False),
            ),
            models.Index(fields=["source", "-received_at", "-id"], name="delivery_log"),
            models.Index(
                fields=["source", "outcome", "-received_at", "-id"],
                name="delivery_log_unhandled",
                condition=models.Q(outcome__in=["failed", "ignored"]),
            ),
            models.Index(
                fields=["source", "-finished_at"], name="delivery_failed", condition=models.Q(outcome="failed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event or '?'} {self.event_id}"

    @property
    def is_replayable(self) -> bool:
        """Whether trying again could make something of it."""
        return self.outcome in {self.Outcome.FAILED, self.Outcome.IGNORED}

    @property
    def explanation(self) -> str:
        """What is wrong with it, as a sentence for a person; empty where nothing is."""
        if not self.problem:
            return self.reason
        problem = self.Problem(self.problem).label
        return f"{problem}: {self.reason}" if self.reason else str(problem)


class UnverifiedDelivery(models.Model):
    """Quarantine: a signed request that no key matches, kept for when its key is added. Never made into a ticket."""

    source = models.ForeignKey(
        Source, models.CASCADE, db_index=False, related_name="unverified", verbose_name=_("source")
    )
    body = models.BinaryField(_("body"))
    content_encoding = models.CharField(_("content encoding"), max_length=20, blank=True, db_default="")
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    signature = models.CharField(_("signature"), max_length=64)
    digest = models.CharField(max_length=64, editable=False, help_text=_("Of body and signature; a retry counts once."))
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("unverified delivery")
        verbose_name_plural = _("unverified deliveries")
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="unverified_once")]
        indexes = [models.Index(fields=["source", "received_at"], name="unverified_oldest")]

    def __str__(self) -> str:
        return f"{self.source} {self.received_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def digest_of(body: bytes, signature: str) -> str:
        """The hash by which the same request is known again."""
        return hashlib.sha256(signature.encode() + b"\0" + body).hexdigest()
