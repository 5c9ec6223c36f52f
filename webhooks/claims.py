"""Which deliveries a worker has in hand: claimed for a while, then given back or given their outcome.

All by the database's clock, which is the only one that all workers, and the intake, have in common. Teams take turns:
what comes in for one does not wait until a burst of another's is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from math import ceil
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, TextField, Value, When
from django.db.models.functions import Now

from helpdesk.tickets.models import Ticket
from webhooks.models import Delivery, Source
from webhooks.querysets import DeliveryQuerySet

BATCH = 20  # deliveries
CLAIMED_FOR = timedelta(seconds=3)  # after which another worker may take what one has claimed and not begun
LONGEST_BACK_OFF = 60  # seconds
FURTHEST_AHEAD = timedelta(seconds=2 * LONGEST_BACK_OFF)  # of the database's clock, for what waits


UNCLAIMED: dict[str, Any] = {"attempts": F("attempts") - 1, "interruptions": F("interruptions") - 1}


@dataclass(frozen=True)
class HandlerResult:
    """What one attempt at an event came to."""

    outcome: Delivery.Outcome
    ticket: Ticket | None = None
    problem: str = ""
    reason: str = ""
    duration_ms: int = 0
    was_tried: bool = True


@dataclass
class Claim:
    """Deliveries that a worker has claimed, known by the time (of the database) until which it has.

    `due_at` says since when each was due; `begun_in` in which connection any was looked into, if so.
    """

    due_at: dict[int, datetime]
    until: datetime
    begun_in: Any = None

    def deliveries(self) -> DeliveryQuerySet:
        """The deliveries that this claim still has."""
        return Delivery.objects.waiting().filter(pk__in=self.due_at, next_attempt_at=self.until)

    def postpone(self, pks: Iterable[int] | None = None, delay: timedelta = timedelta()) -> None:
        """As if these of it, or all, had not been claimed; they are due again after the delay, behind what is due."""
        deliveries = self.deliveries() if pks is None else self.deliveries().filter(pk__in=pks)
        deliveries.update(next_attempt_at=Now() + delay, **UNCLAIMED)

    def release(self, pks: Iterable[int]) -> None:
        """As if these of it had not been claimed: they are where they were, before all that came later."""
        if formerly := [When(pk=pk, then=Value(self.due_at[pk])) for pk in pks]:
            facts: dict[str, Any] = {"next_attempt_at": Case(*formerly, output_field=DateTimeField())}
            self.deliveries().filter(pk__in=pks).update(**facts, **UNCLAIMED)


def limit_waits() -> None:
    """Have due now what waits for a time further ahead than any wait is: the database's clock was ahead for a while.

    By source and team, along the indexes of what waits.
    """
    sources = dict(Source.objects.values_list("pk", "team"))
    ahead = Now() + FURTHEST_AHEAD
    waiting = Delivery.objects.waiting()
    waiting.filter(team__in=set(sources.values()), next_attempt_at__gt=ahead).update(next_attempt_at=Now())
    waiting.filter(source__in=sources, waiting_since__gt=ahead).update(waiting_since=Now())


_served_last = 0  # the team; each worker goes round by itself


def note_served(team_id: int) -> None:
    """It was this team's turn at this worker; next come those that follow it, in the order of their keys."""
    global _served_last
    _served_last = team_id


@transaction.atomic
def claim_batch() -> tuple[Claim | None, bool]:
    """The oldest of what is due of each team that follows the one served last, and whether more may be.

    Whatever was in work when a worker ended comes alone, so that it harms no other.
    """
    after = _served_last
    due = _lock_due(after)
    if not due and after:
        after, due = 0, _lock_due(0)
    if not due:
        return None, False
    batch = list(takewhile(lambda delivery: not delivery.interruptions, due)) or due[:1]
    due_at = {delivery.pk: delivery.next_attempt_at for delivery in batch if delivery.next_attempt_at}
    claim = Claim(due_at, due[0].until)  # type: ignore[attr-defined] # of the annotation
    Delivery.objects.filter(pk__in=claim.due_at).update(
        next_attempt_at=claim.until, attempts=F("attempts") + 1, interruptions=F("interruptions") + 1
    )
    return claim, bool(after) or len(due) == BATCH or len(batch) < len(due)


def _lock_due(after: int) -> list[Delivery]:
    """At most a batch, shared out among the teams that follow this one and have something due.

    In the order of the teams, and never round to the first of them: so all workers have their locks in one order, and a
    batch that is broken off for want of time is gone on with where it was.
    """
    due: list[Delivery] = []
    teams = Delivery.objects.due_teams(after=after, most=BATCH)
    for teams_left, team_id in zip(range(len(teams), 0, -1), teams, strict=True):
        share = ceil((BATCH - len(due)) / teams_left)
        of_team = Delivery.objects.due().filter(team=team_id).skip_locked()
        due += of_team.only("pk", "interruptions", "next_attempt_at").annotate(until=Now() + CLAIMED_FOR)[:share]
    return due


# Written out: `bulk_update` takes longer than all the handlers together.
FINISH_DELIVERY = """
    UPDATE webhooks_delivery SET outcome = %(outcome)s, ticket_id = %(ticket)s, problem = %(problem)s,
        reason = %(reason)s, duration_ms = %(duration)s, interruptions = 0, attempts = attempts - %(untried)s,
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
                    "untried": 0 if result.was_tried else 1,
                    "is_waiting": result.outcome == Delivery.Outcome.WAITING,
                    "longest": LONGEST_BACK_OFF,
                }
                for delivery, result in results
            ],
        )


def forget_bodies(pks: Iterable[int], problem: Delivery.Problem = Delivery.Problem.ERASED) -> None:
    """Empty these events, by default since they are about somebody who is erased: what made nothing so far never will.

    The row stays, by which the same event is known when it is sent again.
    """
    deliveries = Delivery.objects.filter(pk__in=list(pks)).exclude(body=b"")
    deliveries.exclude(outcome=Delivery.Outcome.PROCESSED).update(
        outcome=Delivery.Outcome.IGNORED,
        problem=problem,
        next_attempt_at=None,
        finished_at=Now(),
    )
    deliveries.update(body=b"", content_encoding="", reason="")


# A reason may quote the event; where that came from a foreign address, it is this address.
WITHOUT_QUOTE = Case(When(problem=Delivery.Problem.ADDRESS, then="reason"), default=Value(""), output_field=TextField())


def replace_bodies(bodies: Mapping[int, bytes]) -> None:
    """Give these events, by their keys, the bodies that are left without somebody who is erased; none where empty."""
    forget_bodies(pk for pk, body in bodies.items() if not body)
    for pk, body in bodies.items():
        if body:
            replace_body(pk, body, WITHOUT_QUOTE)


def replace_body(pk: int, body: bytes, reason: str | Case) -> None:
    """Give this event the body that is left without somebody who is erased, and its row this reason."""
    Delivery.objects.filter(pk=pk).update(body=body, content_encoding="", reason=reason)


def _storable(reason: str) -> str:
    """No reason, whatever it quotes, keeps the others of a batch from their outcome."""
    return reason.replace("\0", "").encode(errors="replace").decode()[:500]
