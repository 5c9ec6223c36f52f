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

    directive = models.CharField(_("directive"), max_length=40, help_text=_("Of the policy, the part that was broken."))
    blocked = models.CharField(
        _("blocked"), max_length=150, blank=True, help_text=_("The origin, or the kind of thing.")
    )
    page = models.CharField(_("page"), max_length=150, blank=True, help_text=_("The pattern of its address."))
    source = models.CharField(
        pgettext_lazy("content security policy", "source"),
        max_length=150,
        blank=True,
        help_text=_("A file of ours, the pattern of a page, or an origin."),
    )
    line = models.PositiveIntegerField(_("line"), help_text=_("Of the source; 0 where the browser does not say."))
    count = models.PositiveBigIntegerField(_("reports"))
    first_seen_at = models.DateTimeField(_("first seen"), db_default=Now())
    last_seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("report of browsers")
        verbose_name_plural = _("reports of browsers")
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "blocked", "page", "source", "line"], name="policy_violation_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.directive} {self.blocked}"
