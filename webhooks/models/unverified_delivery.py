"""Quarantine: events signed with a key that their source does not have yet."""

from __future__ import annotations

import hashlib

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from webhooks.models.source import Source


class UnverifiedDelivery(models.Model):
    """A signed request that matches no key, kept in case its key is added; no ticket is created from it."""

    source = models.ForeignKey(
        Source, models.CASCADE, db_index=False, related_name="unverified", verbose_name=_("source")
    )
    body = models.BinaryField(_("body"))
    content_encoding = models.CharField(_("content encoding"), max_length=20, blank=True, db_default="")
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    signature = models.CharField(_("signature"), max_length=64)
    digest = models.CharField(
        max_length=64, editable=False, help_text=_("Hash of body and signature; a retry counts once.")
    )
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
        """A hash that identifies repetitions of the same request."""
        return hashlib.sha256(signature.encode() + b"\0" + body).hexdigest()
