"""Rate limits: requests per minute of each token or person, and of each team."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

# The ORM cannot increment in an upsert. To be used after a CTE `asking` with one row: `client`, `team_id`. Requests
# over the client's own limit do not count for its team, so that a runaway client does not block the others. The team's
# row is locked last, so that two requests cannot deadlock.
COUNT = """
    own AS (
        INSERT INTO api_ratewindow AS known (client, started_at, requests)
        SELECT client, date_trunc('minute', statement_timestamp()), 1 FROM asking
        ON CONFLICT (client) DO UPDATE SET
            requests = CASE WHEN known.started_at = excluded.started_at THEN known.requests + 1 ELSE 1 END,
            started_at = excluded.started_at
        RETURNING requests
    ), of_team AS (
        INSERT INTO api_ratewindow AS known (client, started_at, requests)
        SELECT 'team:' || team_id, date_trunc('minute', statement_timestamp()), 1 FROM asking, own
        WHERE own.requests <= %(own_limit)s
        ON CONFLICT (client) DO UPDATE SET
            requests = CASE WHEN known.started_at = excluded.started_at THEN known.requests + 1 ELSE 1 END,
            started_at = excluded.started_at
        RETURNING requests
    ), counted AS (
        SELECT own.requests, of_team.requests AS requests_of_team,
            60 - floor(extract(second FROM statement_timestamp()))::int AS resets_in
        FROM own LEFT JOIN of_team ON true
    )
"""


@dataclass(frozen=True)
class Usage:
    """Requests in the current minute by a token or person, or by their team; `resets_in` is in seconds."""

    limit: int
    used: int
    resets_in: int
    is_of_team: bool = False

    @property
    def remaining(self) -> int:
        """How many more requests are allowed until the reset."""
        return max(0, self.limit - self.used)

    @property
    def is_exceeded(self) -> bool:
        """Whether the current request is over the limit."""
        return self.used > self.limit


def usage_of(requests: int, requests_of_team: int | None, resets_in: int) -> Usage:
    """The usage that COUNT returned: the client's own, or the team's if it has fewer requests left."""
    own = Usage(settings.API_RATE_PER_MINUTE, requests, resets_in)
    if own.is_exceeded or requests_of_team is None:
        return own
    of_team = Usage(settings.API_RATE_PER_MINUTE_OF_TEAM, requests_of_team, resets_in, is_of_team=True)
    return of_team if of_team.is_exceeded or of_team.remaining < own.remaining else own


def count_request(client: str, team_id: int) -> Usage:
    """Count a request of this client, for itself and its team; returns the usage."""
    query = f"""
        WITH asking AS (SELECT %(client)s::text AS client, %(team)s::bigint AS team_id), {COUNT}
        SELECT requests, requests_of_team, resets_in FROM counted
    """  # noqa: S608 - a constant
    with connection.cursor() as cursor:
        cursor.execute(query, {"client": client, "team": team_id, "own_limit": settings.API_RATE_PER_MINUTE})
        requests, requests_of_team, resets_in = cursor.fetchone()
    return usage_of(requests, requests_of_team, resets_in)
