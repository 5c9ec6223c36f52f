"""The history of tickets."""

from __future__ import annotations

from typing import TypeAlias

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team, User
from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.facts import EventKind, event_kinds, load_fact
from helpdesk.tickets.models.ticket import Ticket
from helpdesk.tickets.querysets import TicketEventQuerySet

IS_PUBLISHED = Q(position__isnull=False)


class TicketEvent(models.Model):
    """An event in a ticket's history; append-only. `helpdesk.tickets.sentences` turns it into a sentence.

    After the commit, `helpdesk.tickets.publishing` assigns its `position`, which readers use as a cursor.
    """

    Kind: TypeAlias = EventKind

    class ActorKind(models.TextChoices):
        """The kind of actor: a person, a token, the learner or the product itself."""

        PERSON = "person", _("Person")
        TOKEN = "token", _("Token")
        SYSTEM = "system", _("System")
        LEARNER = "learner", _("Learner")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(Ticket, models.CASCADE, db_index=False, related_name="events", verbose_name=_("ticket"))
    kind = models.CharField(_("what happened"), max_length=20, choices=event_kinds)
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=ActorKind)
    actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+", verbose_name=_("actor")
    )
    actor_name = models.CharField(
        _("actor's name"), max_length=150, blank=True, help_text=_("As it was at the time; it outlives the account.")
    )
    facts = models.JSONField(
        _("facts"),
        default=dict,
        db_default={},
        editable=False,
        help_text=_("Event-specific data; read it through `fact`."),
    )
    version = models.PositiveIntegerField(_("version"), default=1, help_text=_("The ticket's, after this change."))
    created_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    position = models.BigIntegerField(
        _("position"), null=True, editable=False, help_text=_("Its place in the history, once assigned.")
    )
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        editable=False,
        help_text=_("When subscribers were notified; they are not notified of imported events."),
    )

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        constraints = [
            models.UniqueConstraint(fields=["position"], condition=IS_PUBLISHED, name="event_position"),
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="event_of_ticket"),
            models.Index(fields=["team", "position"], condition=IS_PUBLISHED, name="event_of_team"),
            models.Index(fields=["id"], condition=Q(position__isnull=True), name="event_unpublished"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.get_kind_display()}"

    @cached_property
    def fact(self) -> Fact:
        """The event's details, as the Fact of its kind."""
        return load_fact(self.kind, self.facts)

    @property
    def actor_key(self) -> int | None:
        """The primary key of the user or token, depending on `actor_kind`; it outlives the row."""
        key: int | None = self.facts.get("actor_id", self.actor_id)
        return key
