"""A change of many tickets at once, and what came of each."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Team, User
from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.tickets.models import Ticket


class BulkChangeQuerySet(TeamQuerySet["BulkChange"]):
    """Changes of tickets."""

    def unfinished(self) -> BulkChangeQuerySet:
        """Those with tickets still to change, or to bring back."""
        items = BulkChangeItem.objects.filter(bulk_change=models.OuterRef("pk"))
        return self.filter(
            models.Q(models.Exists(items.filter(outcome=BulkChangeItem.Outcome.PENDING)), is_undoing=False)
            | models.Q(models.Exists(items.filter(outcome=BulkChangeItem.Outcome.CHANGED)), is_undoing=True)
        )


class BulkChange(models.Model):
    """One change that a person asked for on one or many tickets. It is made in steps, and can be undone."""

    class Kind(models.TextChoices):
        """What is changed."""

        STATUS = "status", _("Status")
        ASSIGNEE = "assignee", _("Assignee")
        PRIORITY = "priority", _("Priority")
        TAG = "tag", _("Tag")
        UNTAG = "untag", _("Tag taken off")
        SNOOZE = "snooze", _("Snooze")

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", verbose_name=_("team"))
    actor = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("actor"))
    kind = models.CharField(_("what is changed"), max_length=10, choices=Kind)
    value = models.CharField(
        _("value"),
        max_length=60,
        blank=True,
        help_text=_("The new status, the assignee's key, the priority, the tag, or the time (ISO 8601, UTC)."),
    )
    is_undoing = models.BooleanField(_("being undone"), default=False)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        indexes = [models.Index(fields=["team", "-created_at"], name="bulk_change_newest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.value}".strip()


class BulkChangeItem(models.Model):
    """One ticket of a bulk change."""

    class Outcome(models.TextChoices):
        """What came of it."""

        PENDING = "pending", pgettext_lazy("outcome", "Pending")
        CHANGED = "changed", pgettext_lazy("outcome", "Changed")
        UNCHANGED = "unchanged", pgettext_lazy("outcome", "Was so already")
        REFUSED = "refused", pgettext_lazy("outcome", "Refused")
        UNDONE = "undone", pgettext_lazy("outcome", "Undone")
        NOT_UNDONE = "not_undone", pgettext_lazy("outcome", "Not undone")

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    bulk_change = models.ForeignKey(
        BulkChange, models.CASCADE, db_index=False, related_name="items", verbose_name=_("bulk change")
    )
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+", verbose_name=_("ticket"))
    seen_version = models.PositiveIntegerField(
        _("version seen"), null=True, help_text=_("That the person had before their eyes, if they chose this ticket.")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.PENDING)
    reason = models.CharField(_("reason"), max_length=500, blank=True, help_text=_("Why it was refused."))
    before = models.JSONField(_("before"), default=dict, help_text=_("What an undo brings back."))
    version = models.PositiveIntegerField(_("version after"), null=True)

    objects = TeamQuerySet["BulkChangeItem"].as_manager()

    class Meta:
        verbose_name = _("ticket of a bulk change")
        verbose_name_plural = _("tickets of bulk changes")
        constraints = [models.UniqueConstraint(fields=["bulk_change", "ticket"], name="bulk_change_ticket_once")]
        indexes = [models.Index(fields=["bulk_change", "outcome", "id"], name="bulk_change_items")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.outcome}"
