"""Querysets of sources, their keys, and deliveries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.keyset import Order
from webhooks.models.outcomes import EMPTY, UNHANDLED, Outcome

if TYPE_CHECKING:
    from helpdesk.teams.models import Team
    from webhooks.models import Delivery, SigningKey, Source

NEWEST_FIRST = Order(("received_at", "id"), is_descending=True)

# Plain SQL, because the ORM has no recursion: it steps from team to team along the index, however many deliveries wait.
# The outcome is a literal, because a cached plan cannot use a partial index if it is a parameter.
DUE_TEAMS = f"""
    WITH RECURSIVE oldest (team_id, next_attempt_at) AS (
        (SELECT team_id, next_attempt_at FROM webhooks_delivery
         WHERE outcome = '{Outcome.WAITING}' AND team_id > %(after)s ORDER BY team_id, next_attempt_at LIMIT 1)
        UNION ALL
        SELECT following.* FROM oldest CROSS JOIN LATERAL (
            SELECT team_id, next_attempt_at FROM webhooks_delivery
            WHERE outcome = '{Outcome.WAITING}' AND team_id > oldest.team_id ORDER BY team_id, next_attempt_at LIMIT 1
        ) following
    )
    SELECT team_id FROM oldest WHERE next_attempt_at <= statement_timestamp() LIMIT %(most)s
"""  # noqa: S608 - of constants


class SourceQuerySet(TeamQuerySet["Source"]):
    """Queries on the sources of events from Eduzz."""

    def for_team(self, team: Team | int) -> Self:
        """The team's sources, without deleted ones."""
        return super().for_team(team).not_deleted()

    def not_deleted(self) -> Self:
        return self.filter(deleted_at=None)

    def deleted_keeping_log(self) -> Self:
        """Deleted ones whose row stays because their deliveries are still kept."""
        return self.filter(deleted_at__isnull=False, keeps_log=True)

    def enabled(self) -> Self:
        """The sources that accept events."""
        return self.filter(is_enabled=True)


IS_LIVE_SQL = "retired_at IS NULL"  # what `SigningKeyQuerySet.live` selects, for statements in raw SQL


class SigningKeyQuerySet(QuerySet["SigningKey"]):
    """Queries on the keys of sources."""

    def live(self) -> Self:
        """The keys that verify deliveries."""
        return self.filter(retired_at=None)


class DeliveryQuerySet(TeamQuerySet["Delivery"]):
    """Queries on the events that Eduzz delivered, by team, outcome and age."""

    def newest_first(self) -> Self:
        """The newest first, by time of receipt."""
        return NEWEST_FIRST.sort(self)

    def waiting(self) -> Self:
        """Deliveries to be processed, by team, then by when they are due; new ones are due when they arrive.

        Ordered as their index is: when ordered by primary key, the planner may read the whole log to find them.
        """
        return self.filter(outcome=Outcome.WAITING).order_by("team_id", "next_attempt_at", "pk")

    def longest_waiting_first(self) -> Self:
        """Deliveries to be processed, by when they began to wait: the late ones come first."""
        return self.filter(outcome=Outcome.WAITING, waiting_since__isnull=False).order_by("waiting_since")

    def due(self) -> Self:
        """Waiting deliveries whose next attempt is due, by the database's clock."""
        return self.waiting().filter(next_attempt_at__lte=Now())

    def due_teams(self, *, after: int, most: int) -> list[int]:
        """The primary keys of teams with due deliveries: up to `most`, the lowest of those above `after`."""
        with connection.cursor() as cursor:
            cursor.execute(DUE_TEAMS, {"after": after, "most": most})
            return sorted(team_id for (team_id,) in cursor.fetchall())

    def replayable(self) -> Self:
        """Deliveries that failed or were ignored, and whose body is still there."""
        return self.filter(outcome__in=UNHANDLED).exclude(problem__in=EMPTY)

    def finished_recently(self) -> Self:
        """Deliveries that got their outcome in the last 7 days, whether they succeeded or not."""
        return self.filter(finished_at__gte=timezone.now() - timedelta(days=7))

    def failed_recently(self) -> Self:
        """Deliveries that failed for good in the last 7 days."""
        return self.filter(outcome=Outcome.FAILED).finished_recently()

    def requeue(self) -> int:
        """Have a worker process the replayable deliveries again; returns their number."""
        return self.replayable().update(
            outcome=Outcome.WAITING,
            problem="",
            reason="",
            attempts=0,
            interruptions=0,
            next_attempt_at=Now(),
            waiting_since=Now(),
            finished_at=None,
        )

    def tests(self) -> Self:
        """Test calls, which we sent ourselves, newest first."""
        return self.filter(is_test=True).order_by("-pk")

    def without_body(self) -> Self:
        """Without the raw bytes, which lists do not show."""
        return self.defer("body")
