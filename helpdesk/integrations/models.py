"""Webhook endpoints, what was sent to them, and how they responded."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from encrypted_fields.fields import EncryptedTextField

from helpdesk.courses.models import Learner
from helpdesk.integrations.events import MOST_EVENTS, event_choices
from helpdesk.integrations.querysets import WebhookDeliveryQuerySet, WebhookEndpointQuerySet
from helpdesk.integrations.signature import new_secret, new_webhook_id
from helpdesk.operations.outgoing.http_client import Problem
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Ticket


class WebhookEndpoint(models.Model):
    """A URL of the team's choice, to which selected events of its tickets are sent."""

    class DisabledReason(models.TextChoices):
        """Why nothing is sent to the endpoint."""

        SWITCHED_OFF = "switched_off", pgettext_lazy("webhook", "Someone turned it off")
        FAILING = "failing", pgettext_lazy("webhook", "Every delivery failed for more than a day")
        GONE = "gone", pgettext_lazy("webhook", "The receiver answered 410 Gone: it wants no more events")

    team = models.ForeignKey(Team, models.CASCADE, related_name="webhook_endpoints", verbose_name=_("team"))
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=100, blank=True)
    events = ArrayField(
        models.CharField(max_length=40, choices=event_choices), verbose_name=_("events"), size=MOST_EVENTS
    )
    secret = EncryptedTextField(_("secret"), default=new_secret, help_text=_("Encrypted at rest."))
    previous_secret = EncryptedTextField(_("previous secret"), null=True, blank=True, editable=False)
    previous_secret_until = models.DateTimeField(
        _("previous secret until"), null=True, blank=True, editable=False, help_text=_("Until then, both sign.")
    )
    disabled_at = models.DateTimeField(_("disabled"), null=True, blank=True, editable=False)
    disabled_reason = models.CharField(
        _("why it is disabled"), max_length=20, choices=DisabledReason, blank=True, editable=False
    )
    failing_since = models.DateTimeField(
        _("failing since"), null=True, blank=True, editable=False, help_text=_("The first failure after a success.")
    )
    paused_until = models.DateTimeField(
        _("paused until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("After no response or a slow one, we pause for a while."),
    )
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", editable=False, verbose_name=_("created by")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        db_table = "integrations_subscription"
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def is_enabled(self) -> bool:
        """Whether events are sent to the endpoint."""
        return self.disabled_at is None

    @property
    def has_two_secrets(self) -> bool:
        """Whether the previous secret still signs, too."""
        return len(self.live_secrets) == 2

    @property
    def live_secrets(self) -> list[str]:
        """The secrets that sign requests now, the current one first."""
        if self.previous_secret and self.previous_secret_until and self.previous_secret_until > timezone.now():
            return [self.secret, self.previous_secret]
        return [self.secret]


class WebhookDelivery(models.Model):
    """An event for an endpoint, as it was when it happened. This row, not the queue, decides what is to be sent."""

    class State(models.TextChoices):
        """Whether the delivery has arrived."""

        PENDING = "pending", pgettext_lazy("webhook delivery", "Waiting")
        DELIVERED = "delivered", pgettext_lazy("webhook delivery", "Delivered")
        FAILED = "failed", pgettext_lazy("webhook delivery", "Failed")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        models.CASCADE,
        db_column="subscription_id",
        db_index=False,
        related_name="deliveries",
        verbose_name=_("webhook"),
    )
    ticket = models.ForeignKey(
        Ticket, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("ticket")
    )
    webhook_id = models.CharField(
        "webhook-id", max_length=40, default=new_webhook_id, unique=True, help_text=_("The same for every attempt.")
    )
    event = models.CharField(_("event"), max_length=40)
    body = models.TextField(_("body"), help_text=_("The JSON, as it is sent."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, help_text=_("Since it was last put in the queue.")
    )
    next_attempt_at = models.DateTimeField(
        _("next attempt"), db_default=Now(), null=True, help_text=_("While it waits (UTC, by the database’s clock).")
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        db_table = "integrations_subscriptiondelivery"
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="pending", next_attempt_at__isnull=False)
                | models.Q(state__in=["delivered", "failed"], next_attempt_at__isnull=True),
                name="subscription_delivery_state",
            )
        ]
        indexes = [
            models.Index(fields=["endpoint", "-id"], name="subscription_delivery_log"),
            models.Index(fields=["endpoint", "state", "-id"], name="subscription_delivery_of_state"),
            models.Index(
                fields=["endpoint", "id"], name="subscription_delivery_pending", condition=models.Q(state="pending")
            ),
            models.Index(
                fields=["endpoint", "next_attempt_at"],
                name="subscription_delivery_due",
                condition=models.Q(state="pending"),
            ),
            models.Index(
                fields=["ticket"], name="subscription_delivery_ticket", condition=models.Q(ticket__isnull=False)
            ),
            BrinIndex(fields=["created_at"], name="subscription_delivery_age"),
            models.Index(fields=["team", "created_at", "id"], name="subscription_delivery_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.webhook_id}"

    @property
    def is_pending(self) -> bool:
        """Whether the delivery is still to be sent."""
        return self.state == self.State.PENDING


class Disclosure(models.Model):
    """The first and last time that a receiver got a learner's data; recorded when the log of it is deleted."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    learner = models.ForeignKey(
        Learner, models.CASCADE, db_index=False, related_name="+", verbose_name=_("learner")
    )  # indexed by the constraint below
    receiver = models.CharField(_("receiver"), max_length=255, help_text=_("The host."))
    first_at = models.DateTimeField(_("first"))
    last_at = models.DateTimeField(_("last"))

    objects = TeamQuerySet["Disclosure"].as_manager()

    class Meta:
        verbose_name = _("receiver of a learner’s data")
        verbose_name_plural = _("receivers of learners’ data")
        constraints = [models.UniqueConstraint(fields=["learner", "receiver"], name="disclosure_once")]
        indexes = [models.Index(fields=["team"], name="disclosure_of_team")]

    def __str__(self) -> str:
        return f"{self.receiver} · {self.last_at:%Y-%m-%d}"


class DeliveryAttempt(models.Model):
    """A request and its result; append-only."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    delivery = models.ForeignKey(
        WebhookDelivery, models.CASCADE, related_name="log", verbose_name=_("webhook delivery")
    )
    url = models.CharField(_("address"), max_length=500, help_text=_("As it was at the time."))
    at = models.DateTimeField(_("when"), default=timezone.now)
    signature = models.CharField("webhook-signature", max_length=200)
    duration_ms = models.PositiveIntegerField(_("duration"), help_text=_("In milliseconds."))
    status_code = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True, help_text=_("At most the first KiB."))
    problem = models.CharField(_("problem"), max_length=20, choices=Problem, blank=True)
    details = models.CharField(_("details"), max_length=300, blank=True)

    objects = TeamQuerySet["DeliveryAttempt"].as_manager()

    class Meta:
        verbose_name = _("delivery attempt")
        verbose_name_plural = _("delivery attempts")

    def __str__(self) -> str:
        return f"{self.status_code or self.problem} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_success(self) -> bool:
        """Whether the receiver accepted the delivery."""
        return not self.problem

    @property
    def timestamp(self) -> int:
        """The `webhook-timestamp` of the request: Unix time in seconds."""
        return timestamp_of(self.at)


def timestamp_of(moment: datetime) -> int:
    """Unix time in whole seconds."""
    return int(moment.timestamp())
