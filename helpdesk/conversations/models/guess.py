"""Guesses of a ticket's question before it was known."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.querysets import ShownGuessQuerySet
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket, Topic


class ShownGuess(models.Model):
    """The topics last shown to the team or the learner as guesses, likeliest first.

    Nothing is shown or saved once the question is known, which then tells whether the guesses were right.
    """

    # Conditions on tickets: guesses were shown and the topic is now known; it was among the guesses.
    IS_TOLD = Q(shown_guess__isnull=False) & ~Q(topic="")
    IS_RIGHT = Q(shown_guess__topics__contains=[F("topic")])

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="shown_guess", verbose_name=_("ticket"))
    topics = ArrayField(models.CharField(max_length=10, choices=Topic), size=3, verbose_name=_("topics"))
    shown_at = models.DateTimeField(_("shown"), default=timezone.now, editable=False)

    objects = ShownGuessQuerySet.as_manager()

    class Meta:
        verbose_name = _("shown guess")
        verbose_name_plural = _("shown guesses")

    def __str__(self) -> str:
        return ", ".join(self.topics)
