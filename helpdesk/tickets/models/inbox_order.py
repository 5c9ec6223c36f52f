"""The order of the inbox: failed messages, urgent tickets, learners who wrote back, and then all others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from helpdesk.tickets.models.workflow import Urgency
from helpdesk.ui.keyset import Computed, Order

RANKS_APART = 10  # between the ranks of two urgencies, to leave room for others
REPLIED_RANK = 5  # after urgent tickets, before those of learners who asked again
AFTER_URGENT, BEFORE_PAUSED = Urgency.ASKED_AGAIN, Urgency.LOW  # the first and last urgency in between


class Literal(Value):
    """A number inlined in the SQL: a parameter would have another type, and no index on the expression would match."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The number's digits, without parameters."""
        return str(int(self.value)), ()


# Learners who wrote back after the team had answered. Those who only stated their question keep their urgency's rank.
HAS_REPLIED = Q(
    awaiting_reply_since__isnull=False,
    first_responded_at__isnull=False,
    urgency__gte=Literal(AFTER_URGENT),
    urgency__lte=Literal(BEFORE_PAUSED),
)
# Expressions, not columns: their indexes can be built while the product runs, and no version can leave them stale.
RANK = Case(
    When(HAS_REPLIED, then=Literal(REPLIED_RANK)),
    default=F("urgency") * Literal(RANKS_APART),
    output_field=IntegerField(),
)
SINCE = Case(When(HAS_REPLIED, then=F("awaiting_reply_since")), default=F("requested_at"))
# Tickets with a message that was not delivered come first.
INBOX_ORDER = Order(
    (
        "sending_failed_at__isnull",
        Computed("inbox_rank", RANK, IntegerField()),
        Computed("waiting_since", SINCE),
        "id",
    )
)


class InboxOrderMixin:
    """A ticket's place in that order, computed in Python."""

    urgency: Any
    requested_at: Any
    awaiting_reply_since: Any
    first_responded_at: Any

    @property
    def has_replied(self) -> bool:
        """Whether it is the team's turn because the learner wrote back; False for urgent and paused tickets."""
        is_teams_turn = self.awaiting_reply_since is not None and self.first_responded_at is not None
        return is_teams_turn and self.urgency in range(AFTER_URGENT, BEFORE_PAUSED + 1)

    @property
    def inbox_rank(self) -> int:
        """The ticket's group in the inbox; `sending_failed_at` takes precedence."""
        rank: int = REPLIED_RANK if self.has_replied else self.urgency * RANKS_APART
        return rank

    @property
    def waiting_since(self) -> datetime:
        """The time that the inbox sorts by within a group: when the learner wrote back, or else when they asked."""
        since: datetime = self.awaiting_reply_since if self.has_replied else self.requested_at
        return since
