"""The keys that prove that an event comes from Eduzz."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from encrypted_fields.fields import EncryptedTextField

from webhooks.models.source import Source
from webhooks.querysets import SigningKeyQuerySet


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
        help_text=_("From then on it no longer verifies events."),
    )
    last_verified_at = models.DateTimeField(
        pgettext_lazy("signing key", "last used"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When something was last verified with it (UTC), to the minute; empty if nothing has been yet."),
    )

    objects = SigningKeyQuerySet.as_manager()

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
