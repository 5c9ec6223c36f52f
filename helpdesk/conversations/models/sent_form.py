"""Records of the composer's forms, so that none is sent twice."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import User
from helpdesk.tickets.models import Message


class SentForm(models.Model):
    """A composer form that became a message, recognised by a hash of its random key and contents."""

    user = models.ForeignKey(User, models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=64)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    then = models.CharField(
        max_length=10, blank=True, default="", db_default="", help_text=_("The status that it left the ticket in.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="form_sent_once")]

    def __str__(self) -> str:
        return self.key
