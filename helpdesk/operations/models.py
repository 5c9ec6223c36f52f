"""What the processes of this installation say about themselves."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WorkerHeartbeat(models.Model):
    """A worker process, and when it was last heard of, by the database's clock.

    No index: the table has a row for each process, and is written every other second.
    """

    name = models.CharField(_("name"), max_length=200, help_text=_("The machine and the process ID."))
    started_at = models.DateTimeField(_("started"), db_default=Now())
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
