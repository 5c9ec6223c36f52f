"""A learner as they are looked for: by each address that they bore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.privacy.register import Person
from helpdesk.privacy.tombstones import tombstones_of


def persons_of(learner: Learner, until: datetime) -> list[Person]:
    """Until this time (UTC), by the address that they have, then by those that were corrected, as long as each was."""
    former = dict[str, datetime | None](learner.former_addresses.order_by("pk").values_list("email", "ended_at"))
    ends = {learner.email: None} | former
    since = beginnings(learner, ends)
    return [
        Person(
            learner.team_id,
            learner.pk,
            email,
            learner.name,
            ended_at or until,
            has_ended=ended_at is not None,
            since=since.get(email),
        )
        for email, ended_at in ends.items()
    ]


def beginnings(learner: Learner, ends: Mapping[str, datetime | None]) -> dict[str, datetime]:
    """Of these addresses of theirs, with when each ended, those that were another's before, with up to when (UTC).

    By a tombstone where the other has been erased since.
    """
    others = FormerAddress.objects.for_team(learner.team_id).filter(email__in=ends).exclude(learner=learner)
    borders = [(email, at) for email, at in others.values_list("email", "ended_at") if at]
    stones = tombstones_of(learner.team_id, ends)
    borders += [(email, stone.erased_at) for email, stone in stones.items() if stone.has_ended]
    since: dict[str, datetime] = {}
    for email, at in sorted(borders):
        end = ends[email]
        if end is None or at < end:
            since[email] = at
    return since
