"""The states of e-mails to and from learners, and groups of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class DispatchState(models.TextChoices):
    """The state of a message on its way to the learner."""

    HELD = "held", pgettext_lazy("e-mail", "Can be undone")
    CANCELLED = "cancelled", pgettext_lazy("e-mail", "Undone")
    QUEUED = "queued", pgettext_lazy("e-mail", "Waiting to be sent")
    SENDING = "sending", pgettext_lazy("e-mail", "Being sent")
    ACCEPTED = "accepted", pgettext_lazy("e-mail", "Sent")
    DELIVERED = "delivered", pgettext_lazy("e-mail", "Delivered")
    BOUNCED = "bounced", pgettext_lazy("e-mail", "Came back")
    COMPLAINED = "complained", pgettext_lazy("e-mail", "Marked as spam")
    FAILED = "failed", pgettext_lazy("e-mail", "Failed")


UNSENT = [DispatchState.HELD, DispatchState.QUEUED, DispatchState.SENDING]
UNDELIVERED = [DispatchState.FAILED, DispatchState.BOUNCED]  # known not to have arrived


class InboundState(models.TextChoices):
    """The state of a received e-mail."""

    STORED = "stored", pgettext_lazy("e-mail", "Waiting to be read")
    FILED = "filed", pgettext_lazy("e-mail", "In a ticket")
    HELD = "held", pgettext_lazy("e-mail", "Without a ticket")
    IGNORED = "ignored", pgettext_lazy("e-mail", "Ignored")
    FAILED = "failed", pgettext_lazy("e-mail", "Could not be read")


UNDECIDED = [InboundState.HELD, InboundState.FAILED]  # somebody has to decide
DECIDED = [InboundState.FILED, InboundState.IGNORED]
