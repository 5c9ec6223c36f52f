"""What is written on tickets."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.search import Fold, FoldWords, Words
from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models.ticket import Ticket


class Message(models.Model):
    """Something written on a ticket."""

    class Kind(models.TextChoices):
        """Who gets to read it."""

        NOTE = "note", _("Note (team only)")
        REPLY = "reply", _("Reply (to the learner)")
        LEARNER = "learner", _("From the learner")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, db_index=False, related_name="messages", verbose_name=_("ticket")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NOTE)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    author_name = models.CharField(_("author's name"), max_length=150, blank=True)
    body = models.TextField(_("text"), max_length=20_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)

    objects = TeamQuerySet["Message"].as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
            GinIndex(OpClass(Fold("body"), "gin_trgm_ops"), name="message_text"),
            GinIndex(Words(FoldWords("body")), name="message_words_apart"),
        ]

    def __str__(self) -> str:
        return self.body[:60]
