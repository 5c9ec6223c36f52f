"""Deletes or empties data when its retention is over, in short steps, each in its own transaction.

What is done is no longer due, so after an interruption the next run continues there. Locked rows are passed over until
the next day; a step that takes too long is tried again with half as many rows.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from operator import itemgetter
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from helpdesk.privacy.models import TeamRetention
from helpdesk.privacy.retention import Retained, retained
from helpdesk.privacy.transaction_limits import set_time_limits, was_timed_out
from helpdesk.teams.models import Team
from helpdesk.ui.capped_counts import count_up_to

logger = logging.getLogger(__name__)
COUNTED_AT_MOST = 10_000  # rows, on the settings page


@dataclass(frozen=True)
class Held:
    """How many rows of one kind a team holds, and how many would go at the next run; at most COUNTED_AT_MOST + 1."""

    count: int
    due: int

    @property
    def is_more(self) -> bool:
        """Whether there are more than COUNTED_AT_MOST."""
        return self.count > COUNTED_AT_MOST

    @property
    def is_more_due(self) -> bool:
        """Whether more than COUNTED_AT_MOST would go."""
        return self.due > COUNTED_AT_MOST


def days_of(team: Team) -> dict[str, int | None]:
    """For how many days the team keeps each kind of data; None means for ever."""
    said = dict(TeamRetention.objects.for_team(team).values_list("name", "days"))
    days = {kind: said.get(kind.name, kind.default_days) for kind in retained()}
    return {kind.name: count and max(count, kind.least_days) for kind, count in days.items()}


def held(team: Team, kind: Retained, days: int | None) -> Held:
    """How much of this kind there is, and how much would go if it were kept for so many days."""
    state = TeamRetention.objects.for_team(team).filter(name=kind.name).first() if kind.is_walk else None

    def rows(before: datetime) -> QuerySet[Any]:
        found = kind.due(team.pk, before)
        return found.filter(pk__gt=state.last_pk) if state else found

    now = timezone.now()
    count = count_up_to(rows(now + timedelta(days=1)).values("pk"), COUNTED_AT_MOST)
    return Held(count, 0 if days is None else _count_due(kind, rows(now - timedelta(days=days))))


def _count_due(kind: Retained, rows: QuerySet[Any]) -> int:
    if not kind.is_walk:
        return count_up_to(rows.values("pk"), COUNTED_AT_MOST)
    return sum(takewhile(bool, rows.values_list("is_old", flat=True)[: COUNTED_AT_MOST + 1]))


def forget_of_teams(first_team: int, seconds: float) -> int | None:
    """Go through the teams from this primary key on, for so many seconds; returns the key to continue with, if any."""
    deadline = time.monotonic() + seconds
    for team in Team.objects.filter(pk__gte=first_team).order_by("pk").iterator(chunk_size=200):
        if not forget_of_team(team, deadline):
            return team.pk
    return None


def forget_of_team(team: Team, deadline: float) -> bool:
    """Forget what is due; False if the deadline (monotonic clock) came first. If one kind fails, the others go on."""
    days = days_of(team)
    for kind in retained():
        kept = days[kind.name]
        if kept is not None and not _forget_of_kind(team, kind, timezone.now() - timedelta(days=kept), deadline):
            return False
    return True


def _forget_of_kind(team: Team, kind: Retained, before: datetime, deadline: float) -> bool:
    try:
        while _forget_what_can_go(team, kind, before):
            if time.monotonic() > deadline:
                return False
    except Exception as error:
        # Only its type: the database's messages quote what people wrote.
        logger.error("Retention of %s in team %s stopped: %s", kind.name, team.pk, type(error).__name__)
    return True


def _forget_what_can_go(team: Team, kind: Retained, before: datetime) -> int:
    """Make a step, with half as many rows after each timeout; returns how many went."""
    limit = kind.batch
    while True:
        try:
            return forget_some(team, kind, before, limit)
        except OperationalError as error:
            if not was_timed_out(error) or limit == 1:
                raise
            limit //= 2


@transaction.atomic
def forget_some(team: Team, kind: Retained, before: datetime, limit: int) -> int:
    """Forget at most `limit` rows; returns how many. Rows are checked again once locked: they may have changed."""
    set_time_limits()
    due, state = kind.due(team.pk, before), None
    if kind.is_walk:
        state, _is_new = TeamRetention.objects.select_for_update(no_key=True).get_or_create(
            team=team, name=kind.name, defaults={"days": kind.default_days}
        )
        due = due.filter(pk__gt=state.last_pk)
    found = _first(kind, due, limit)
    rows = due.model._base_manager.filter(pk__in=found).order_by("pk")
    free = list(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    still_due = set(_first(kind, kind.due(team.pk, before).filter(pk__in=free).order_by("pk"), limit))
    taken = list(takewhile(still_due.__contains__, found)) if state else [pk for pk in found if pk in still_due]
    if taken:
        kind.forget(taken)
    if taken and state:
        state.last_pk = taken[-1]
        state.save(update_fields=["last_pk"])
    return len(taken)


def _first(kind: Retained, rows: QuerySet[Any], limit: int) -> list[int]:
    """The primary keys of the first rows that are due."""
    if not kind.is_walk:
        return list(rows.values_list("pk", flat=True)[:limit])
    return [pk for pk, _is_old in takewhile(itemgetter(1), rows.values_list("pk", "is_old")[:limit])]
