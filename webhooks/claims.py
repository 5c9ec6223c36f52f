"""Which deliveries a worker has in hand: claimed for a while, then given back or given their outcome.

All by the database's clock, which is the only one that all workers, and the intake, have in common.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from helpdesk.tickets.models import Ticket
from webhooks.models import Delivery
from webhooks.querysets import DeliveryQuerySet

BATCH = 20  # deliveries
CLAIMED_FOR = timedelta(seconds=3)  # after which another worker may take what one has claimed and not begun
LONGEST_BACK_OFF = 60  # seconds


@dataclass(frozen=True)
class HandlerResult:
    """What one attempt at an event came to."""

    outcome: Delivery.Outcome
    ticket: Ticket | None = None
    problem: str = ""
    reason: str = ""
    duration_ms: int = 0


@dataclass(frozen=True)
class Claim:
    """Deliveries that a worker has claimed, known by the time (of the database) until which it has."""

    pks: list[int]
    until: datetime

    def deliveries(self) -> DeliveryQuerySet:
        """Those that are its own still."""
        return Delivery.objects.waiting().filter(pk__in=self.pks, next_attempt_at=self.until)

    def give_back(self, pks: Iterable[int] | None = None, delay: timedelta = timedelta()) -> None:
        """As if these of it, or all, had not been claimed; they are due again after the delay."""
        deliveries = self.deliveries() if pks is None else self.deliveries().filter(pk__in=pks)
        deliveries.update(
            next_attempt_at=Now() + delay, attempts=F("attempts") - 1, interruptions=F("interruptions") - 1
        )


@transaction.atomic
def claim_batch() -> tuple[Claim | None, bool]:
    """The oldest of what is due, and whether more is.

    Whatever was in work when a worker ended comes alone, so that it harms no other.
    """
    due = list(Delivery.objects.due().unheld().only("pk", "interruptions").annotate(until=Now() + CLAIMED_FOR)[:BATCH])
    if not due:
        return None, False
    batch = list(takewhile(lambda delivery: not delivery.interruptions, due)) or due[:1]
    claim = Claim([delivery.pk for delivery in batch], due[0].until)  # type: ignore[attr-defined] # of the annotation
    Delivery.objects.filter(pk__in=claim.pks).update(
        next_attempt_at=claim.until, attempts=F("attempts") + 1, interruptions=F("interruptions") + 1
    )
    return claim, len(due) == BATCH or len(batch) < len(due)


# Written out: `bulk_update` takes longer than all the handlers together.
FINISH_DELIVERY = """
    UPDATE webhooks_delivery SET outcome = %(outcome)s, ticket_id = %(ticket)s, problem = %(problem)s,
        reason = %(reason)s, duration_ms = %(duration)s, interruptions = 0,
        next_attempt_at = CASE WHEN %(is_waiting)s THEN
            statement_timestamp() + make_interval(secs => least(%(longest)s, power(2, least(attempts - 1, 6)))) END,
        finished_at = CASE WHEN NOT %(is_waiting)s THEN statement_timestamp() END
    WHERE id = %(pk)s
"""


def finish(results: Iterable[tuple[Delivery, HandlerResult]]) -> None:
    """Give the deliveries their outcomes; one that waits again does so ever longer, up to a minute."""
    with connection.cursor() as cursor:
        cursor.executemany(
            FINISH_DELIVERY,
            [
                {
                    "pk": delivery.pk,
                    "outcome": result.outcome.value,
                    "ticket": result.ticket.pk if result.ticket else None,
                    "problem": result.problem,
                    "reason": _storable(result.reason),
                    "duration": result.duration_ms,
                    "is_waiting": result.outcome == Delivery.Outcome.WAITING,
                    "longest": LONGEST_BACK_OFF,
                }
                for delivery, result in results
            ],
        )


def _storable(reason: str) -> str:
    """No reason, whatever it quotes, keeps the others of a batch from their outcome."""
    return reason.replace("\0", "").encode(errors="replace").decode()[:500]
