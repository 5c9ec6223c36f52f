"""Texts that members have begun to write."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Message, Ticket
from helpdesk.tickets.models.limits import LONGEST_TEXT


class Draft(models.Model):
    """A person's unsent text on a ticket, saved on the server so that they can continue on any device."""

    KINDS = (Message.Kind.REPLY, Message.Kind.NOTE)

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts", verbose_name=_("ticket"))
    user = models.ForeignKey(User, models.CASCADE, related_name="drafts", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=[(kind.value, kind.label) for kind in KINDS])
    body = models.TextField(_("text"), max_length=LONGEST_TEXT, blank=True)
    form_key = models.CharField(
        max_length=36,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("ID of the page that saved it last."),
    )
    updated_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    objects = TeamQuerySet["Draft"].as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["ticket", "user", "kind"], name="draft_once")]

    def __str__(self) -> str:
        return self.body[:60]
