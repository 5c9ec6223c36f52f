"""The result of a bulk change so far, in numbers and words."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.bulk.models import BulkChange, BulkChangeItem
from helpdesk.tickets.change_base import MadeChange
from helpdesk.tickets.changes import REVERSIBLE
from helpdesk.ui.isolation import isolated_text

Outcome = BulkChangeItem.Outcome
SHOWN = 20
ASK_ABOVE = 20  # tickets; larger changes need confirmation
NAME_SHOWN = 60  # characters of a learner's name


@dataclass(frozen=True)
class Result:
    """The number of tickets by outcome, and those that were refused or not completely undone."""

    change: BulkChange
    counts: dict[str, int]
    refused_count: int
    refused: list[BulkChangeItem]
    only: BulkChangeItem | None

    @property
    def total(self) -> int:
        """All tickets of the change."""
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        """The number of tickets still to change or restore."""
        return self.counts.get(Outcome.CHANGED if self.change.is_undoing else Outcome.PENDING, 0)

    @property
    def done(self) -> int:
        """The number of tickets that have been processed."""
        return self.total - self.waiting

    @property
    def can_be_undone(self) -> bool:
        """Whether there is something to undo, and nothing is running."""
        return self.change.can_be_undone(self.counts.get(Outcome.CHANGED, 0))

    @property
    def only_reason(self) -> str:
        """The common reason if all tickets were refused, and none had been changed since it was seen; else empty."""
        reasons = {item.reason for item in self.refused}
        is_as_seen = all(item.seen_version in (None, item.ticket.version) for item in self.refused)
        return reasons.pop() if len(reasons) == 1 and len(self.refused) == self.total and is_as_seen else ""

    @property
    def stays(self) -> bool:
        """Whether the result stays visible until the next change or page, instead of disappearing after a moment."""
        return self.refused_count > 0 or (self.can_be_undone and self.total > ASK_ABOVE)

    @property
    def sentence(self) -> str:
        """“12 tickets resolved”; a single ticket is named."""
        if self.only and self.only.outcome == Outcome.UNDONE:
            return _("%(ticket)s: undone") % {"ticket": self.only_ticket}
        if self.change.is_undoing:
            count = self.counts.get(Outcome.UNDONE, 0)
            if not count:
                return _("Nothing was undone.")
            return ngettext(
                "%(count)s ticket is back as it was.", "%(count)s tickets are back as they were.", count
            ) % {"count": count}
        count = self.counts.get(Outcome.CHANGED, 0)
        if not count:
            return _("Nothing was changed.")
        if self.only:
            return f"{self.only_ticket}: {self.what}"
        return outcome_sentence(self.change, count, self._statuses_before)

    def _statuses_before(self) -> set[str]:
        """The statuses that the changed tickets had before, where the change altered them."""
        changed = self.change.items.filter(outcome=Outcome.CHANGED)
        return set(changed.values_list("before__status", flat=True).distinct())

    @property
    def only_ticket(self) -> str:
        """The only ticket, “Conceição Santos #5”; empty if there are several."""
        ticket = self.only.ticket if self.only else None
        return f"{isolated_text(Truncator(ticket.learner).chars(NAME_SHOWN))} #{ticket.number}" if ticket else ""

    @property
    def unchanged(self) -> int:
        """The number of tickets that needed no change."""
        return self.counts.get(Outcome.UNCHANGED, 0)

    @property
    def is_unneeded(self) -> bool:
        """Whether it was a change of a single ticket, which did not need it."""
        return self.unchanged == self.done == 1

    @property
    def unnamed_count(self) -> int:
        """The number of tickets with a reason beyond those in `refused`."""
        return self.refused_count - len(self.refused)

    @property
    def what(self) -> str:
        """The change in a few words, addressed to whoever made it: “assigned to you”."""
        return REVERSIBLE[self.change.kind].describe(made_change(self.change, self._statuses_before))


def made_change(change: BulkChange, statuses_before: Callable[[], Collection[str]] = tuple) -> MadeChange:
    """The change as the registry's texts need it."""
    return MadeChange(change.value, change.team, change.actor_id, statuses_before)


def outcome_sentence(change: BulkChange, count: int, statuses_before: Callable[[], Collection[str]] = tuple) -> str:
    """The sentence for this number of changed tickets: “39 tickets assigned to Ana”."""
    return REVERSIBLE[change.kind].outcome(count, made_change(change, statuses_before))


def result_of(change: BulkChange) -> Result:
    """The change's result so far, in a constant number of queries."""
    has_reason = ~Q(reason="")
    rows = list(change.items.values_list("outcome").annotate(all=Count("pk"), explained=Count("pk", filter=has_reason)))
    counts = {outcome: count for outcome, count, _explained in rows}
    refused = change.items.filter(has_reason).select_related("ticket").order_by("pk")[:SHOWN]
    only = change.items.select_related("ticket__learner").get() if sum(counts.values()) == 1 else None
    return Result(change, counts, sum(explained for _outcome, _count, explained in rows), list(refused), only)
