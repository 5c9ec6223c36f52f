"""Events as they were received, and their outcomes."""

from __future__ import annotations

from typing import TypeAlias

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket
from webhooks.models import outcomes
from webhooks.models.source import Source
from webhooks.querysets import DeliveryQuerySet


class Delivery(models.Model):
    """One authentic event as received. Processing only changes its outcome; erasing a learner changes its body."""

    Outcome: TypeAlias = outcomes.Outcome
    Problem: TypeAlias = outcomes.Problem

    # Team and ticket have no database constraint: with one, an INSERT would wait for anybody who locks their tables,
    # such as a migration. The source's constraint ensures that the team exists, because no source changes its team.
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
            models.CheckConstraint(condition=models.Q(outcome__in=outcomes.Outcome.values), name="outcome"),
        ]
        indexes = [
            models.Index(
                fields=["team", "next_attempt_at", "id"],
                name="delivery_due_of_team",
                condition=models.Q(outcome=outcomes.Outcome.WAITING),
            ),
            # Its condition is stricter than the query for due deliveries: with statistics from a time when nothing
            # waited, the planner would otherwise prefer this index, and read all waiting deliveries.
            models.Index(
                fields=["source", "waiting_since"],
                name="delivery_waiting",
                condition=models.Q(outcome=outcomes.Outcome.WAITING, waiting_since__isnull=False),
            ),
            models.Index(fields=["source", "-received_at", "-id"], name="delivery_log"),
            models.Index(
                fields=["source", "outcome", "-received_at", "-id"],
                name="delivery_log_unhandled",
                condition=models.Q(outcome__in=outcomes.UNHANDLED),
            ),
            models.Index(
                fields=["source", "-finished_at"],
                name="delivery_failed",
                condition=models.Q(outcome=outcomes.Outcome.FAILED),
            ),
            models.Index(fields=["team", "-id"], name="delivery_test", condition=models.Q(is_test=True)),
            models.Index(fields=["team", "id"], name="delivery_of_team"),  # to go through all deliveries of a team
        ]

    def __str__(self) -> str:
        return f"{self.event or '?'} {self.event_id}"

    @property
    def is_replayable(self) -> bool:
        """Whether trying again may succeed."""
        return self.outcome in outcomes.UNHANDLED and self.problem not in outcomes.EMPTY

    @property
    def explanation(self) -> str:
        """What is wrong, as a sentence for a person; empty if nothing is."""
        if not self.problem:
            return self.reason
        problem = self.Problem(self.problem).label
        return f"{problem}: {self.reason}" if self.reason else str(problem)
