"""What people can be told of, and how far the history has been told."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NotificationKind(models.TextChoices):
    """What an e-mail is about; a membership has a switch for each, `notify_<kind>`."""

    NEW_REQUEST = "new_request", _("A new request arrives")
    ASSIGNED = "assigned", _("Someone assigns a ticket to me")
    ASKED_AGAIN = "asked_again", _("One of my learners asks again")

    @property
    def field(self) -> str:
        """The membership's field."""
        return f"notify_{self.value}"


class HistoryCursor(models.Model):
    """How far the tickets' history has been told; there is one."""

    position = models.BigIntegerField(_("position of the last event announced"))
    seen_position = models.BigIntegerField(_("position of the newest event when last checked"))

    class Meta:
        verbose_name = _("history cursor")
        verbose_name_plural = _("history cursors")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_history_cursor")]

    def __str__(self) -> str:
        return str(self.position)
