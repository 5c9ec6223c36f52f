"""Who has a ticket's page open."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Ticket


class TicketViewer(models.Model):
    """A person who has a ticket's page open; the page updates this while it is open."""

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="viewers", verbose_name=_("ticket"))
    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    is_writing = models.BooleanField(_("writing"), default=False)

    objects = TeamQuerySet["TicketViewer"].as_manager()

    class Meta:
        db_table = "tickets_ticketviewer"  # its name since before it was a model of this room
        verbose_name = _("ticket viewer")
        verbose_name_plural = _("ticket viewers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="ticket_viewer_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.ticket}"
