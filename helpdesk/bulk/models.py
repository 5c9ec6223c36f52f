"""Changes to many tickets at once, and the outcome for each ticket."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.teams.roles import Permission
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.changes import REVERSIBLE
from helpdesk.tickets.models import Ticket, TicketEvent

ActorKind = TicketEvent.ActorKind
MAKERS = [(kind.value, kind.label) for kind in ActorKind if kind != ActorKind.LEARNER]  # learners never make these


def kinds_of_change() -> list[tuple[str, Promise]]:
    """The choices of BulkChange.kind; a function, so that a new change needs no migration."""
    return [(name, change.label) for name, change in REVERSIBLE.items()]


class BulkChangeQuerySet(TeamQuerySet["BulkChange"]):
    """Queries on bulk changes."""

    def unfinished(self) -> BulkChangeQuerySet:
        """Changes with tickets still to change or restore."""
        return self.filter(finished_at__isnull=True)

    def asked_with(self, key: UUID | None, person: User | None) -> BulkChange | None:
        """The change that this person requested with this key, if any."""
        return self.filter(actor=person, key=key).first() if key else None


class BulkChange(models.Model):
    """A change that a person or an integration made to one or many tickets.

    It is carried out in steps, and can be undone; its items show the progress.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", verbose_name=_("team"))
    actor_kind = models.CharField(_("kind of actor"), max_length=10, choices=MAKERS, default=ActorKind.PERSON)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("actor"))
    actor_name = models.CharField(_("actor's name"), max_length=150, blank=True)
    actor_token = models.PositiveBigIntegerField(_("ID of the actor’s token"), null=True, editable=False)
    undo_actor_kind = models.CharField(_("kind of person undoing it"), max_length=10, choices=MAKERS, blank=True)
    undo_actor = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    undo_actor_name = models.CharField(_("name of the person undoing it"), max_length=150, blank=True)
    undo_actor_token = models.PositiveBigIntegerField(_("ID of the token undoing it"), null=True, editable=False)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        help_text=_("The language of the person who asked; refusals are explained in it."),
    )
    kind = models.CharField(_("change"), max_length=30, choices=kinds_of_change)
    value = models.CharField(
        _("value"),
        max_length=60,
        blank=True,
        help_text=_("The new status, the assignee's ID, the priority, the tag, or the time (ISO 8601, UTC)."),
    )
    not_found = models.JSONField(
        _("not found"), default=list, blank=True, help_text=_("Requested numbers that match no ticket.")
    )
    key = models.UUIDField(
        _("key of the request"),
        null=True,
        editable=False,
        help_text=_("Given by a page that kept the request while it was offline, so that it is done only once."),
    )
    is_undoing = models.BooleanField(_("being undone"), default=False)
    created_at = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    finished_at = models.DateTimeField(
        _("finished"), null=True, blank=True, help_text=_("Empty while there are tickets left to change or restore.")
    )

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        indexes = [
            models.Index(fields=["team", "-created_at"], name="bulk_change_newest"),
            models.Index(fields=["team"], condition=models.Q(finished_at__isnull=True), name="bulk_change_unfinished"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "actor", "key"], condition=models.Q(key__isnull=False), name="bulk_change_key_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}".strip()

    @property
    def permission(self) -> Permission:
        """What a member needs to make this change, and to undo it."""
        return REVERSIBLE[self.kind].permission

    @property
    def state(self) -> str:
        """`running`, `done`, `undoing` or `undone`."""
        if self.is_undoing:
            return "undone" if self.finished_at else "undoing"
        return "done" if self.finished_at else "running"

    def can_be_undone(self, changed: int) -> bool:
        """Whether the change is done and can be undone, given the number of tickets that it changed."""
        return self.state == "done" and changed > 0

    @property
    def acting(self) -> Actor:
        """The actor of the steps: who requested the change, or its undo."""
        if self.is_undoing:
            kind = ActorKind(self.undo_actor_kind)
            return Actor(kind, self.undo_actor_name, self.undo_actor, self.undo_actor_token)
        return Actor(ActorKind(self.actor_kind), self.actor_name, self.actor, self.actor_token)


class BulkChangeItem(models.Model):
    """One ticket of a bulk change."""

    class Outcome(models.TextChoices):
        """What happened to the ticket."""

        PENDING = "pending", pgettext_lazy("outcome", "Pending")
        CHANGED = "changed", pgettext_lazy("outcome", "Changed")
        UNCHANGED = "unchanged", pgettext_lazy("outcome", "No change needed")
        REFUSED = "refused", pgettext_lazy("outcome", "Refused")
        UNDONE = "undone", pgettext_lazy("outcome", "Undone")
        NOT_UNDONE = "not_undone", pgettext_lazy("outcome", "Not undone")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    bulk_change = models.ForeignKey(
        BulkChange, models.CASCADE, db_index=False, related_name="items", verbose_name=_("bulk change")
    )
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", verbose_name=_("ticket"))
    seen_version = models.PositiveIntegerField(
        _("version seen"), null=True, help_text=_("The version on the person's screen, if they chose this ticket.")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING)
    reason = models.CharField(
        _("reason"), max_length=500, blank=True, help_text=_("Why it was refused, or not all of it was undone.")
    )
    before = models.JSONField(
        _("before"), default=dict, help_text=_("The values before the change, which undo restores.")
    )
    after = models.JSONField(_("after"), default=dict, help_text=_("The values after the change."))
    version = models.PositiveIntegerField(_("version after"), null=True)

    objects = TeamQuerySet["BulkChangeItem"].as_manager()

    class Meta:
        verbose_name = _("ticket of a bulk change")
        verbose_name_plural = _("tickets of bulk changes")
        constraints = [models.UniqueConstraint(fields=["bulk_change", "ticket"], name="bulk_change_ticket_once")]
        indexes = [models.Index(fields=["bulk_change", "outcome", "id"], name="bulk_change_items")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.get_outcome_display()}"
