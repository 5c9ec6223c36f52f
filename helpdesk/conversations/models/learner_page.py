"""Records of the use of learners' pages, for recognising repeated forms and for rate limits."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models.learner_link import LearnerLink


class Submission(models.Model):
    """A form sent from a learner's page, recognised by a hash of its random key and contents."""

    link = models.ForeignKey(LearnerLink, models.CASCADE, db_index=False, related_name="submissions")
    key = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [models.UniqueConstraint(fields=["link", "key"], name="submission_once")]

    def __str__(self) -> str:
        return self.key


class PageAttempt(models.Model):
    """A rate-limited action on learners' pages; deleted after a day."""

    class Kind(models.TextChoices):
        """The action that is counted."""

        FORGED = "forged", _("A link that never existed was opened")
        SENT = "sent", _("Something was sent")
        LINK_REQUESTED = "link_requested", _("A new link was requested")

    kind = models.CharField(max_length=20, choices=Kind)
    link = models.ForeignKey(LearnerLink, models.CASCADE, null=True, db_index=False, related_name="attempts")
    address = models.GenericIPAddressField(help_text=_("For IPv6, the /64 network."))
    created_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    class Meta:
        verbose_name = _("attempt on a learner's page")
        verbose_name_plural = _("attempts on learners' pages")
        indexes = [
            models.Index(fields=["address", "kind", "created_at"], name="page_attempt_address"),
            models.Index(fields=["link", "kind", "created_at"], name="page_attempt_link"),
        ]

    def __str__(self) -> str:
        return f"{self.address} · {self.get_kind_display()}"
