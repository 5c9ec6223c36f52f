"""Having what is kept for a while go when its time is over: in short steps, each a transaction of its own.

What is done no longer shows in what is due, so that whoever is killed leaves a step undone, and the next goes on there.
What somebody holds is passed over until the next day.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import connection, transaction
from django.utils import timezone

from helpdesk.privacy.models import TeamRetention
from helpdesk.privacy.retention import Retained, retained
from helpdesk.teams.models import Team

logger = logging.getLogger(__name__)
COUNTED_AT_MOST = 10_000  # rows, on the page

BEGIN_STEP = """
    SELECT set_config('lock_timeout', '500ms', true), set_config('statement_timeout', '15s', true),
        set_config('idle_in_transaction_session_timeout', '30s', true)
"""


@dataclass(frozen=True)
class Held:
    """What a team holds of one kind, and how much of it would go at the next run; both up to COUNTED_AT_MOST."""

    count: int
    due: int

    @property
    def is_more(self) -> bool:
        """Whether there is more than was counted."""
        return self.count > COUNTED_AT_MOST

    @property
    def is_more_due(self) -> bool:
        """Likewise of what would go."""
        return self.due > COUNTED_AT_MOST


def days_of(team: Team) -> dict[str, int | None]:
    """For how many days the team keeps each kind; None is for ever."""
    said = dict(TeamRetention.objects.for_team(team).values_list("name", "days"))
    return {kind.name: said.get(kind.name, kind.default_days) for kind in retained()}


def held(team: Team, kind: Retained, days: int | None) -> Held:
    """What there is of this kind, and what would go if it were kept for so many days."""
    state = TeamRetention.objects.for_team(team).filter(name=kind.name).first() if kind.is_walk else None

    def count(before: datetime) -> int:
        rows = kind.due(team.pk, before).filter(pk__gt=state.last_pk) if state else kind.due(team.pk, before)
        return rows.values("pk")[: COUNTED_AT_MOST + 1].count()

    now = timezone.now()
    return Held(count(now + timedelta(days=1)), 0 if days is None else count(now - timedelta(days=days)))


def forget_of_teams(first_team: int, seconds: float) -> int | None:
    """Go through the teams with these keys and above, for so long; with which to go on, None when all are done."""
    deadline = time.monotonic() + seconds
    for team in Team.objects.filter(pk__gte=first_team).order_by("pk").iterator(chunk_size=200):
        if not forget_of_team(team, deadline):
            return team.pk
    return None


def forget_of_team(team: Team, deadline: float) -> bool:
    """Have go what is due; False where the time was over before. What goes wrong with one kind stops no other."""
    days = days_of(team)
    for kind in retained():
        kept = days[kind.name]
        if kept is None:
            continue
        before = timezone.now() - timedelta(days=kept)
        try:
            while forget_some(team, kind, before):
                if time.monotonic() > deadline:
                    return False
        except Exception as error:
            # Its type alone: what the database says quotes what people wrote.
            logger.error("Retention of %s in team %s stopped: %s", kind.name, team.pk, type(error).__name__)
    return True


@transaction.atomic
def forget_some(team: Team, kind: Retained, before: datetime) -> int:
    """Have some rows go; how many went."""
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_STEP)
    due, state = kind.due(team.pk, before), None
    if kind.is_walk:
        state, _is_new = TeamRetention.objects.select_for_update(no_key=True).get_or_create(
            team=team, name=kind.name, defaults={"days": kind.default_days}
        )
        due = due.filter(pk__gt=state.last_pk)
    found = list(due.values_list("pk", flat=True)[: kind.batch])
    rows = due.model._base_manager.filter(pk__in=found).order_by("pk")
    free = set(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    taken = list(takewhile(free.__contains__, found)) if state else [pk for pk in found if pk in free]
    if taken:
        kind.forget(taken)
    if taken and state:
        state.last_pk = taken[-1]
        state.save(update_fields=["last_pk"])
    return len(taken)
