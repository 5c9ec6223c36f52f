"""Kinds of notifications, how far the history has been announced, and browsers that receive notifications."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedTextField

from helpdesk.notifications.querysets import PushSubscriptionQuerySet
from helpdesk.teams.models import Membership, User
from helpdesk.tickets.models import Ticket


class Channel(models.IntegerChoices):
    """How people are notified."""

    EMAIL = 1, _("E-mail")
    PUSH = 2, _("Notification")


class NotificationKind(models.TextChoices):
    """What people are notified of; a membership has two switches for each: `notify_<kind>` and `push_<kind>`."""

    NEW_REQUEST = "new_request", _("A new request arrives")
    ASSIGNED = "assigned", _("Someone assigns a ticket to me")
    ASKED_AGAIN = "asked_again", _("One of my learners asks again")
    MENTIONED = "mentioned", _("Someone mentions me in a note")
    LEARNER_WROTE = "learner_wrote", _("One of my learners writes back")
    SENDING_FAILED = "sending_failed", _("An e-mail of mine does not reach its learner")

    @property
    def field(self) -> str:
        """The name of the membership's field for e-mail."""
        return self.field_of(Channel.EMAIL)

    def field_of(self, channel: Channel) -> str:
        """The name of the membership's field for this kind and channel."""
        return f"{'push' if channel == Channel.PUSH else 'notify'}_{self.value}"


class HistoryCursor(models.Model):
    """How far the tickets' history has been announced; there is one per channel, whose primary key is the channel."""

    position = models.BigIntegerField(_("position of the last event announced"))
    seen_position = models.BigIntegerField(_("position of the newest event when last checked"))
    looked_at = models.DateTimeField(_("last checked"), null=True, help_text=_("For e-mails only."))

    class Meta:
        verbose_name = _("history cursor")
        verbose_name_plural = _("history cursors")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk__in=Channel.values), name="one_history_cursor_of_a_channel")
        ]

    def __str__(self) -> str:
        return str(self.position)


class PushKey(models.Model):
    """The key pair that identifies this installation to push services (VAPID); there is one, which set-up makes."""

    public_key = models.CharField(_("public key"), max_length=100, help_text=_("Browsers subscribe with it."))
    private_key = EncryptedTextField(_("private key"), help_text=_("Encrypted at rest."))
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("key of notifications")
        verbose_name_plural = _("keys of notifications")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_push_key")]

    def __str__(self) -> str:
        return self.public_key


class PushSubscription(models.Model):
    """A browser that notifies a person, until they log out there, or its push service says that it is gone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="push_subscriptions", verbose_name=_("person"))
    endpoint = models.CharField(
        _("address"), max_length=1000, unique=True, help_text=_("At the browser’s push service.")
    )
    public_key = models.CharField("p256dh", max_length=100)
    secret = EncryptedTextField("auth", help_text=_("Encrypted at rest."))
    browser = models.CharField(_("browser"), max_length=60, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    used_at = models.DateTimeField(_("last notification"), null=True, blank=True, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True, editable=False)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True, editable=False)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("browser with notifications")
        verbose_name_plural = _("browsers with notifications")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.user} · {self.browser}"

    @property
    def push_service(self) -> str:
        """The push service's host, which does not identify the browser."""
        return urlsplit(self.endpoint).netloc

    def is_paused(self, now: datetime) -> bool:
        """Whether nothing is sent for a while, because its push service failed."""
        return self.paused_until is not None and self.paused_until > now


class PushedTicket(models.Model):
    """A ticket of which a member is notified by push, so that no e-mail repeats it.

    It is kept until the e-mails for the history up to `position` are made.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20, choices=NotificationKind)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    position = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "kind", "ticket"], name="pushed_ticket_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id}"
