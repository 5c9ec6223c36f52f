"""The order of the inbox: what went wrong, what is urgent, whom the team owes an answer, and then all others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from helpdesk.tickets.models.workflow import Urgency
from helpdesk.ui.keyset import Computed, Order

RANKS_APART = 10  # of two urgencies, so that there is room between them
REPLIED_RANK = 5  # behind the urgent, before those who asked again
AFTER_URGENT, BEFORE_PAUSED = Urgency.ASKED_AGAIN, Urgency.LOW  # the urgencies between


class Literal(Value):
    """A number in the SQL itself: as a parameter it has a type of its own, and no index on the expression fits."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The digits of the number, in the statement itself."""
        return str(int(self.value)), ()


# Learners who wrote back once the team had answered. Who only told their question stands where it puts them.
HAS_REPLIED = Q(
    awaiting_reply_since__isnull=False,
    first_responded_at__isnull=False,
    urgency__gte=Literal(AFTER_URGENT),
    urgency__lte=Literal(BEFORE_PAUSED),
)
# Expressions and not columns: their indexes are built with the product running, and no version can leave them stale.
RANK = Case(
    When(HAS_REPLIED, then=Literal(REPLIED_RANK)),
    default=F("urgency") * Literal(RANKS_APART),
    output_field=IntegerField(),
)
SINCE = Case(When(HAS_REPLIED, then=F("awaiting_reply_since")), default=F("requested_at"))
# First come those of which a message did not get to the learner.
INBOX_ORDER = Order(
    (
        "sending_failed_at__isnull",
        Computed("inbox_rank", RANK, IntegerField()),
        Computed("waiting_since", SINCE),
        "id",
    )
)


class InboxOrderMixin:
    """Where a ticket stands in that order, as its row has it."""

    urgency: Any
    requested_at: Any
    awaiting_reply_since: Any
    first_responded_at: Any

    @property
    def has_replied(self) -> bool:
        """Whether the learner wrote back after the team's answer and it is the team's turn; an urgent one is urgent."""
        is_teams_turn = self.awaiting_reply_since is not None and self.first_responded_at is not None
        return is_teams_turn and self.urgency in range(AFTER_URGENT, BEFORE_PAUSED + 1)

    @property
    def inbox_rank(self) -> int:
        """Which group of the inbox it is in, of those whose e-mails got through."""
        rank: int = REPLIED_RANK if self.has_replied else self.urgency * RANKS_APART
        return rank

    @property
    def waiting_since(self) -> datetime:
        """Since when the learner waits, as the inbox goes by it: since they wrote back, or else since they asked."""
        since: datetime = self.awaiting_reply_since if self.has_replied else self.requested_at
        return since
