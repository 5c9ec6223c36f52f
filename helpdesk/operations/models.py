"""Heartbeats of worker processes, and violations of the Content-Security-Policy."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WorkerHeartbeat(models.Model):
    """A worker process and when it was last heard from, by the database's clock.

    There is no index: the table has a row per process, and is written every other second.
    """

    name = models.CharField(_("name"), max_length=200, help_text=_("The machine and the process ID."))
    started_at = models.DateTimeField(_("started"), db_default=Now())
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name


class PolicyViolation(models.Model):
    """A violation of the Content-Security-Policy that browsers reported, and how often; it identifies nobody."""

    directive = models.CharField(
        _("directive"), max_length=40, help_text=_("The part of the policy that was violated.")
    )
    blocked = models.CharField(
        _("blocked"), max_length=150, blank=True, help_text=_("What was blocked: an origin, or a kind of source.")
    )
    page = models.CharField(_("page"), max_length=150, blank=True, help_text=_("Its URL pattern."))
    source = models.CharField(
        pgettext_lazy("content security policy", "source"),
        max_length=150,
        blank=True,
        help_text=_("A file of ours, a page’s URL pattern, or an origin."),
    )
    line = models.PositiveIntegerField(_("line"), help_text=_("Line in the source; 0 if the browser does not say."))
    count = models.PositiveBigIntegerField(_("reports"))
    first_seen_at = models.DateTimeField(_("first seen"), db_default=Now())
    last_seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("browser report")
        verbose_name_plural = _("browser reports")
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "blocked", "page", "source", "line"], name="policy_violation_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive} {self.blocked}"
