"""Events as they were received, and what became of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket
from webhooks.models.source import Source
from webhooks.querysets import DeliveryQuerySet


class Delivery(models.Model):
    """One authentic event as received. Processing changes only what became of it; erasing somebody its bytes."""

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
            pgettext_lazy("delivery problem", "A time makes no sense; the next best one is used"),
        )
        ADDRESS = "address", pgettext_lazy("delivery problem", "It came from an address that is not on the list")
        ERASED = "erased", pgettext_lazy("delivery problem", "It was about a learner who has been erased")
        EXPIRED = "expired", pgettext_lazy("delivery problem", "Its content is no longer kept")

    EMPTY: ClassVar = {Problem.ERASED, Problem.EXPIRED}  # of which there is nothing to try

    # Team and ticket are no foreign keys to the database: an INSERT would wait for whoever locks their tables, as a
    # migration does. The source's key holds the team as well, which no source changes.
    team = models.ForeignKey(
        Team, models.CASCADE, db_index=False, db_constraint=False, related_name="+", verbose_name=_("team")
    )
    source = models.ForeignKey(
        Source, models.CASCADE, db_index=False, related_name="deliveries", verbose_name=_("source")
    )
    body = models.BinaryField(_("body"), help_text=_("The raw bytes as signed, apart from masked secrets."))
    content_encoding = models.CharField(
        _("content encoding"), max_length=20, blank=True, db_default="", help_text=_("How the body is compressed.")
    )
    event = models.CharField(_("event"), max_length=100, blank=True, help_text=_("Empty if it cannot be read."))
    event_id = models.CharField(
        _("event ID"), max_length=255, help_text=_("The sender's ID; without one, sha256: and the hash of the body.")
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
    is_test = models.BooleanField(
        _("test"), default=False, db_default=False, help_text=_("Sent by us, to check that everything works.")
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
            models.Index(fields=["team", "-id"], name="delivery_test", condition=models.Q(is_test=True)),
            models.Index(fields=["team", "id"], name="delivery_of_team"),  # for who goes through all of a team's
        ]

    def __str__(self) -> str:
        return f"{self.event or '?'} {self.event_id}"

    @property
    def is_replayable(self) -> bool:
        """Whether trying again could make something of it."""
        return self.outcome in {self.Outcome.FAILED, self.Outcome.IGNORED} and self.problem not in self.EMPTY

    @property
    def explanation(self) -> str:
        """What is wrong with it, as a sentence for a person; empty where nothing is."""
        if not self.problem:
            return self.reason
        problem = self.Problem(self.problem).label
        return f"{problem}: {self.reason}" if self.reason else str(problem)
