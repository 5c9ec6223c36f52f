"""Reads of sources and deliveries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from helpdesk.teams.querysets import TeamQuerySet
from helpdesk.ui.keyset import Order
from webhooks.models.outcomes import EMPTY, UNHANDLED, Outcome

if TYPE_CHECKING:
    from helpdesk.teams.models import Team
    from webhooks.models import Delivery, Source

NEWEST_FIRST = Order(("received_at", "id"), is_descending=True)

# By hand, since the ORM knows no recursion: from team to team along the index, a step for each, however much waits.
# The outcome stands in the text: where it is a parameter, a plan that is kept can use no index of what waits alone.
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
        """The team's, without deleted ones."""
        return super().for_team(team).not_deleted()

    def not_deleted(self) -> Self:
        return self.filter(deleted_at=None)

    def deleted_keeping_log(self) -> Self:
        """Deleted ones whose row stays because their deliveries are still kept."""
        return self.filter(deleted_at__isnull=False, keeps_log=True)

    def enabled(self) -> Self:
        """The sources that accept events; the others refuse them."""
        return self.filter(is_enabled=True)


class DeliveryQuerySet(TeamQuerySet["Delivery"]):
    """Queries on the events that Eduzz delivered, by team, outcome and age."""

    def newest_first(self) -> Self:
        """The newest first, by when they were received."""
        return NEWEST_FIRST.sort(self)

    def waiting(self) -> Self:
        """Those still to be processed, by team; the one due first in front: new ones in the order in which they came.

        Ordered as their index is. By the key the planner may walk the whole log in search of them.
        """
        return self.filter(outcome=Outcome.WAITING).order_by("team_id", "next_attempt_at", "pk")

    def longest_waiting_first(self) -> Self:
        """Those still to be processed, by when they began to wait: this finds what is late."""
        return self.filter(outcome=Outcome.WAITING, waiting_since__isnull=False).order_by("waiting_since")

    def due(self) -> Self:
        """Waiting ones whose next attempt may be made now, by the database's clock."""
        return self.waiting().filter(next_attempt_at__lte=Now())

    def due_teams(self, *, after: int, most: int) -> list[int]:
        """The keys of teams of which something is due: up to `most`, the lowest of those higher than `after`."""
        with connection.cursor() as cursor:
            cursor.execute(DUE_TEAMS, {"after": after, "most": most})
            return sorted(team_id for (team_id,) in cursor.fetchall())

    def replayable(self) -> Self:
        """Those that failed or were ignored, and whose content is still there."""
        return self.filter(outcome__in=UNHANDLED).exclude(problem__in=EMPTY)

    def finished_recently(self) -> Self:
        """Those processed within the last 7 days, with success or without."""
        return self.filter(finished_at__gte=timezone.now() - timedelta(days=7))

    def failed_recently(self) -> Self:
        """Those that failed for good within the last 7 days."""
        return self.filter(outcome=Outcome.FAILED).finished_recently()

    def requeue(self) -> int:
        """Have a worker process the replayable ones again; returns how many these are."""
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
        """The test calls, which we sent ourselves, the newest first."""
        return self.filter(is_test=True).order_by("-pk")

    def without_body(self) -> Self:
        """Without the raw bytes, which lists do not show."""
        return self.defer("body")
