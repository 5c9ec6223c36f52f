"""Reads of tickets, in the words of the product."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Self

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.utils import timezone

from helpdesk.teams.querysets import TeamQuerySet

if TYPE_CHECKING:
    from helpdesk.tickets.models import Ticket


class InboxCursor(NamedTuple):
    """The place of a row in the inbox's order."""

    queue_group: int
    requested_at: datetime
    pk: int


class TicketQuerySet(TeamQuerySet["Ticket"]):
    """Tickets."""

    def unmerged(self) -> Self:
        """Those that stand for themselves."""
        return self.filter(merged_into__isnull=True)

    def unfinished(self) -> Self:
        """Those still to be resolved, folded ones left out."""
        from helpdesk.tickets.models import UNFINISHED_STATUSES

        return self.unmerged().filter(status__in=UNFINISHED_STATUSES)

    def awake(self) -> Self:
        """Those that are not snoozed now."""
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=timezone.now()))

    def asleep(self) -> Self:
        """Those that are snoozed now."""
        return self.filter(snoozed_until__gt=timezone.now())

    def in_inbox_order(self) -> Self:
        """Asked again first, then the one waiting longest."""
        return self.order_by("queue_group", "requested_at", "pk")

    def after(self, cursor: InboxCursor) -> Self:
        """The rows that follow this place in the inbox's order."""
        return self.filter(TupleGreaterThan((F("queue_group"), F("requested_at"), F("pk")), cursor))

    def newest_first(self) -> Self:
        """The latest call for help first."""
        return self.order_by("-requested_at", "-pk")

    def before(self, cursor: InboxCursor) -> Self:
        """The rows that follow this place where the newest come first."""
        return self.filter(TupleLessThan((F("requested_at"), F("pk")), cursor[1:]))

    def with_row_relations(self) -> Self:
        """With all that a row shows, in a constant number of queries."""
        return self.select_related("learner", "course", "assignee").prefetch_related("tags")
