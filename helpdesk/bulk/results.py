"""What has come of a bulk change so far, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.teams.models import User
from helpdesk.tickets.models import Priority, Status

Kind = BulkChange.Kind
Outcome = BulkChangeItem.Outcome
SHOWN = 20


@dataclass(frozen=True)
class Result:
    """How many tickets came to what, and those that were refused."""

    change: BulkChange
    counts: dict[str, int]
    refused: list[BulkChangeItem]
    only: BulkChangeItem | None

    @property
    def total(self) -> int:
        """All tickets of the change."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """Those still to do."""
        return self.counts.get(Outcome.CHANGED if self.change.is_undoing else Outcome.PENDING, 0)

    @property
    def done(self) -> int:
        """Those that are done with."""
        return self.total - self.waiting

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to bring back."""
        return self.change.state == "done" and self.counts.get(Outcome.CHANGED, 0) > 0

    @property
    def sentence(self) -> str:
        """“12 tickets: resolved”, and for a single one its number."""
        if self.change.is_undoing:
            count = self.counts.get(Outcome.UNDONE, 0)
            return ngettext("%(count)s ticket is as before.", "%(count)s tickets are as before.", count) % {
                "count": count
            }
        count = self.counts.get(Outcome.CHANGED, 0)
        if self.only and count:
            return f"#{self.only.ticket.number}: {self.what}"
        return ngettext("%(count)s ticket: %(what)s", "%(count)s tickets: %(what)s", count) % {
            "count": count,
            "what": self.what,
        }

    @property
    def unchanged(self) -> int:
        """Those that were so already."""
        return self.counts.get(Outcome.UNCHANGED, 0)

    @property
    def refused_count(self) -> int:
        """Those that were left as they are, for a reason."""
        return self.counts.get(Outcome.REFUSED, 0) + self.counts.get(Outcome.NOT_UNDONE, 0)

    @property
    def unnamed_count(self) -> int:
        """Refused ones beyond those that are named."""
        return self.refused_count - len(self.refused)

    @property
    def what(self) -> str:
        """The change, in a few words."""
        value = self.change.value
        match self.change.kind:
            case Kind.STATUS:
                return str(Status(value).label).lower()
            case Kind.ASSIGNEE:
                user = User.objects.filter(pk=value).first() if value else None
                return _("with %(name)s") % {"name": user} if user else _("nobody’s")
            case Kind.PRIORITY:
                return _("priority %(name)s") % {"name": str(Priority(int(value)).label).lower()}
            case Kind.TAG:
                return _("tagged %(name)s") % {"name": value}
            case Kind.UNTAG:
                return _("tag %(name)s taken off") % {"name": value}
            case _other:
                until = timezone.localtime(datetime.fromisoformat(value))
                return _("snoozed until %(time)s") % {"time": date_format(until, "SHORT_DATETIME_FORMAT")}


def result_of(change: BulkChange) -> Result:
    """Counted in one query, the refused ones named in another."""
    counts = dict(change.items.values_list("outcome").annotate(Count("pk")))
    refused = change.items.filter(outcome__in=[Outcome.REFUSED, Outcome.NOT_UNDONE]).select_related("ticket")
    only = change.items.select_related("ticket").get() if sum(counts.values()) == 1 else None
    return Result(change, counts, list(refused.order_by("pk")[:SHOWN]), only)
