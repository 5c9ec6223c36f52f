"""Which deliveries a worker is processing: it claims them for a while, then releases them or stores their outcomes.

All times are by the database's clock, the only one that all workers and the intake share. Teams take turns, so that one
team's burst does not delay another team's events.
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
CLAIMED_FOR = timedelta(seconds=3)  # then other workers may take those that were not begun
LONGEST_BACK_OFF = 60  # seconds
FURTHEST_AHEAD = timedelta(seconds=2 * LONGEST_BACK_OFF)  # ahead of the database's clock; no delivery waits that long


UNCLAIMED: dict[str, Any] = {"attempts": F("attempts") - 1, "interruptions": F("interruptions") - 1}


@dataclass(frozen=True)
class HandlerResult:
    """The result of one attempt at an event."""

    outcome: Delivery.Outcome
    ticket: Ticket | None = None
    problem: str = ""
    reason: str = ""
    duration_ms: int = 0
    was_tried: bool = True


@dataclass
class Claim:
    """Deliveries that a worker has claimed, identified by the time at which the claim ends (the database's clock).

    `due_at` holds when each was due; `begun_in` is the database connection in which processing began, if it did.
    """

    due_at: dict[int, datetime]
    until: datetime
    begun_in: Any = None

    def deliveries(self) -> DeliveryQuerySet:
        """The deliveries that are still claimed."""
        return Delivery.objects.waiting().filter(pk__in=self.due_at, next_attempt_at=self.until)

    def postpone(self, pks: Iterable[int] | None = None, delay: timedelta = timedelta()) -> None:
        """Give up these deliveries, by default all, and have them due again after the delay, behind those due by then.

        The attempt does not count.
        """
        deliveries = self.deliveries() if pks is None else self.deliveries().filter(pk__in=pks)
        deliveries.update(next_attempt_at=Now() + delay, **UNCLAIMED)

    def release(self, pks: Iterable[int]) -> None:
        """Give up these deliveries and restore their place in the queue. The attempt does not count."""
        if formerly := [When(pk=pk, then=Value(self.due_at[pk])) for pk in pks]:
            facts: dict[str, Any] = {"next_attempt_at": Case(*formerly, output_field=DateTimeField())}
            self.deliveries().filter(pk__in=pks).update(**facts, **UNCLAIMED)


def limit_waits() -> None:
    """Have deliveries due now if they wait longer than any back-off: the database's clock was ahead for a while.

    Filters by source and team to use the indexes of waiting deliveries.
    """
    sources = dict(Source.objects.values_list("pk", "team"))
    ahead = Now() + FURTHEST_AHEAD
    waiting = Delivery.objects.waiting()
    waiting.filter(team__in=set(sources.values()), next_attempt_at__gt=ahead).update(next_attempt_at=Now())
    waiting.filter(source__in=sources, waiting_since__gt=ahead).update(waiting_since=Now())


_served_last = 0  # the team's primary key, per worker process


def note_served(team_id: int) -> None:
    """Remember that this worker served the team, so that teams with higher primary keys come next."""
    global _served_last
    _served_last = team_id


@transaction.atomic
def claim_batch() -> tuple[Claim | None, bool]:
    """Claim the oldest due deliveries of the teams after the one served last; also returns whether more may be due.

    A delivery whose last attempt was interrupted is claimed alone, so that it cannot harm others.
    """
    after = _served_last
    due = _lock_due(after)
    if not due and after:  # no team after that one has any: start again with the first team
        after, due = 0, _lock_due(0)
    if not due:
        return None, False
    # Up to the first one that was interrupted; if that is the first of all, it alone.
    batch = list(takewhile(lambda delivery: not delivery.interruptions, due)) or due[:1]
    claim = _claim(batch, until=due[0].until)  # type: ignore[attr-defined] # of the annotation
    # Teams before `after` were not looked at, a full batch may have left some, and a shorter claim has left some.
    may_be_more = bool(after) or len(due) == BATCH or len(batch) < len(due)
    return claim, may_be_more


def _claim(batch: list[Delivery], until: datetime) -> Claim:
    """Store the claim in locked deliveries; their attempt counts as interrupted until its outcome is stored."""
    due_at = {delivery.pk: delivery.next_attempt_at for delivery in batch if delivery.next_attempt_at}
    Delivery.objects.filter(pk__in=due_at).update(
        next_attempt_at=until, attempts=F("attempts") + 1, interruptions=F("interruptions") + 1
    )
    return Claim(due_at, until)


def _lock_due(after: int) -> list[Delivery]:
    """At most a batch of due deliveries, shared equally among the teams with higher primary keys that have any.

    Ordered by team, without wrapping around, so that all workers take their locks in one order, and a batch that ran
    out of time is continued where it stopped.
    """
    due: list[Delivery] = []
    teams = Delivery.objects.due_teams(after=after, most=BATCH)
    for teams_left, team_id in zip(range(len(teams), 0, -1), teams, strict=True):
        share = ceil((BATCH - len(due)) / teams_left)
        of_team = Delivery.objects.due().filter(team=team_id).skip_locked()
        due += of_team.only("pk", "interruptions", "next_attempt_at").annotate(until=Now() + CLAIMED_FOR)[:share]
    return due


# Plain SQL: `bulk_update` takes longer than all the handlers together.
FINISH_DELIVERY = """
    UPDATE webhooks_delivery SET outcome = %(outcome)s, ticket_id = %(ticket)s, problem = %(problem)s,
        reason = %(reason)s, duration_ms = %(duration)s, interruptions = 0, attempts = attempts - %(untried)s,
        next_attempt_at = CASE WHEN %(is_waiting)s THEN
            statement_timestamp() + make_interval(secs => least(%(longest)s, power(2, least(attempts - 1, 6)))) END,
        finished_at = CASE WHEN NOT %(is_waiting)s THEN statement_timestamp() END
    WHERE id = %(pk)s
"""


def finish(results: Iterable[tuple[Delivery, HandlerResult]]) -> None:
    """Store the outcomes; a delivery that waits again does so with exponential back-off, up to a minute."""
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
    """Empty the bodies of these deliveries, by default because they are about an erased learner.

    Those not processed yet never will be. The rows stay, so that the same event is recognised when it is sent again.
    """
    deliveries = Delivery.objects.filter(pk__in=list(pks)).exclude(body=b"")
    deliveries.exclude(outcome=Delivery.Outcome.PROCESSED).update(
        outcome=Delivery.Outcome.IGNORED,
        problem=problem,
        next_attempt_at=None,
        finished_at=Now(),
    )
    deliveries.update(body=b"", content_encoding="", reason="")


# A reason may quote the event, except for this problem: there it is the sender's IP address.
WITHOUT_QUOTE = Case(When(problem=Delivery.Problem.ADDRESS, then="reason"), default=Value(""), output_field=TextField())


def replace_bodies(bodies: Mapping[int, bytes]) -> None:
    """Store these bodies without an erased learner's data, by the deliveries' primary keys.

    An empty body empties the delivery.
    """
    forget_bodies(pk for pk, body in bodies.items() if not body)
    for pk, body in bodies.items():
        if body:
            replace_body(pk, body, WITHOUT_QUOTE)


def replace_body(pk: int, body: bytes, reason: str | Case) -> None:
    """Store a delivery's body without an erased learner's data, and its reason."""
    Delivery.objects.filter(pk=pk).update(body=body, content_encoding="", reason=reason)


def _storable(reason: str) -> str:
    """The reason without what PostgreSQL cannot store, so that it does not make the whole batch fail."""
    return reason.replace("\0", "").encode(errors="replace").decode()[:500]
